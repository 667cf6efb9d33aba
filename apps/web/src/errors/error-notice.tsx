import { Alert, Box, Button } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { retryHint } from './retry-hint.ts';
import { toApiError } from './to-api-error.ts';
import { TraceId } from './trace-id.tsx';

interface ErrorNoticeProps {
  error: unknown;
  onRetry?: () => unknown;
  /** What may help. */
  children?: ReactNode;
}

/** A failure in the place where it happened; screen readers announce it. */
export const ErrorNotice = ({ error, onRetry, children }: ErrorNoticeProps) => {
  const failure = toApiError(error);
  const { message, retryAfterSeconds } = failure;
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertCircle aria-hidden />}>
      {message} {retryAfterSeconds !== null && retryHint(retryAfterSeconds)} {children}
      <TraceId error={failure} />
      {onRetry !== undefined && (
        <Box mt="sm">
          <Button variant="default" size="xs" onClick={() => void onRetry()}>
            Try again
          </Button>
        </Box>
      )}
    </Alert>
  );
};
