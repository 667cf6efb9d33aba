import type { AuthApiError } from '@latchkey/client';
import { Text } from '@mantine/core';
import classes from './trace-id.module.css';

interface TraceIdProps {
  error: AuthApiError;
}

/** What to name when asking for help; small, for it is of no use to anybody else. */
export const TraceId = ({ error: { traceId } }: TraceIdProps) =>
  traceId === null ? null : (
    <Text size="xs" c="dimmed" mt={4}>
      Trace id <code className={classes.id}>{traceId}</code>
    </Text>
  );
