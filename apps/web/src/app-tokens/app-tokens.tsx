import { Group, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useRef } from 'react';
import { ConfirmDialog } from '../confirmation/confirm-dialog.tsx';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { AppTokenList } from './app-token-list.tsx';
import { CreateAppTokenButton } from './create-app-token-button.tsx';
import { useAppTokens } from './use-app-tokens.ts';

/** My app tokens: seen, made and revoked. */
export const AppTokens = () => {
  const { list, dialog, askToRevoke } = useAppTokens();
  const content = useRef<HTMLDivElement>(null);
  const tokens = list.data?.items ?? [];
  return (
    <Stack gap="md" ref={content} tabIndex={-1}>
      {list.error !== null && <ErrorNotice error={list.error} onRetry={list.refetch} />}
      {list.isPending && <AppTokensSkeleton />}
      {tokens.length > 0 && <AppTokenList tokens={tokens} onRevoke={askToRevoke} />}
      {list.isSuccess && tokens.length === 0 && (
        <Text size="sm" c="dimmed">
          You have none. A script or a job that needs access should have one of its own, so that you can end it alone.
        </Text>
      )}
      <Group>
        <CreateAppTokenButton />
      </Group>
      <ConfirmDialog {...dialog} focusAfter={content} />
    </Stack>
  );
};

const AppTokensSkeleton = () => (
  <Stack gap={8} role="status">
    <VisuallyHidden>Loading the app tokens…</VisuallyHidden>
    <Skeleton h={14} maw={240} />
    <Skeleton h={10} maw={320} />
  </Stack>
);
