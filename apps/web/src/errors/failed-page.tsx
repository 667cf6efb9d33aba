import type { AuthApiError } from '@latchkey/client';
import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { MessagePage } from '../layout/message-page.tsx';
import { PlainLayout } from '../layout/plain-layout.tsx';
import { retryHint } from './retry-hint.ts';
import { TraceId } from './trace-id.tsx';

interface FailedPageProps {
  error: AuthApiError;
  onRetry: () => unknown;
}

/** When not even the question who is logged in gets an answer. */
export const FailedPage = ({ error, onRetry }: FailedPageProps) => (
  <PlainLayout>
    <MessagePage
      icon={IconPlugConnectedX}
      title="That did not work"
      action={
        <Button mt="sm" onClick={() => void onRetry()}>
          Try again
        </Button>
      }
    >
      <div role="alert">
        {error.message} {error.retryAfterSeconds !== null && retryHint(error.retryAfterSeconds)}
        <TraceId error={error} />
      </div>
    </MessagePage>
  </PlainLayout>
);
