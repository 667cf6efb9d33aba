import type { AuthApiError } from '@latchkey/client';
import { Text } from '@mantine/core';
import { isUnexpected } from './is-unexpected.ts';
import classes from './trace-id.module.css';

interface TraceIdProps {
  error: AuthApiError;
}

/** What to name when asking for help, where there is something to ask; small, for it is of no use to anybody else. */
export const TraceId = ({ error }: TraceIdProps) =>
  error.traceId === null || !isUnexpected(error) ? null : (
    <Text size="xs" c="dimmed" mt={4}>
      Trace id <code className={classes.id}>{error.traceId}</code>
    </Text>
  );
