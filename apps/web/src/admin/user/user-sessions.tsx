import type { AdminUser, Session } from '@latchkey/contract';
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useRef } from 'react';
import { ConfirmDialog } from '../../confirmation/confirm-dialog.tsx';
import { useConfirmation } from '../../confirmation/use-confirmation.ts';
import { DeviceList } from '../../devices/device-list.tsx';
import { DeviceListSkeleton } from '../../devices/device-list-skeleton.tsx';
import { EndButton } from '../../devices/end-button.tsx';
import { endSessionAct } from '../../devices/end-session-act.ts';
import { ErrorNotice } from '../../errors/error-notice.tsx';
import { LoadMore } from '../../layout/load-more.tsx';
import { useIdentity } from '../../session/use-identity.ts';
import { endAllAct } from './end-all-act.ts';
import { useUserSessions } from './use-user-sessions.ts';

interface UserSessionsProps {
  user: AdminUser;
}

/** Somebody's sessions: seen and ended by an administrator. */
export const UserSessions = ({ user }: UserSessionsProps) => {
  const { list, sessions, revoke, revokeAll } = useUserSessions(user.id);
  const { user: me } = useIdentity();
  const { ask, dialog } = useConfirmation();
  const section = useRef<HTMLDivElement>(null);
  const askToEnd = (session: Session) =>
    ask(endSessionAct({ session, revoke: revoke.mutateAsync, consequence: consequenceFor(user, session) }));

  const askToEndAll = () => ask(endAllAct({ user, isMe: user.id === me.id, revokeAll: revokeAll.mutateAsync }));

  return (
    <Stack gap="md" ref={section} tabIndex={-1}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          Sessions
        </Title>
        {sessions.length > 0 && (
          <Button variant="default" onClick={askToEndAll}>
            Sign out everywhere
          </Button>
        )}
      </Group>
      {list.error !== null && <ErrorNotice error={list.error} onRetry={list.refetch} />}
      {list.isPending && <DeviceListSkeleton />}
      {sessions.length > 0 && (
        <DeviceList
          label={`Sessions of ${user.email}`}
          sessions={sessions}
          actionFor={(session) => <EndButton session={session} onClick={() => askToEnd(session)} />}
        />
      )}
      {list.isSuccess && sessions.length === 0 && (
        <Paper withBorder radius="lg" p="xl" role="status">
          <Text c="dimmed" ta="center">
            Not logged in anywhere.
          </Text>
        </Paper>
      )}
      <LoadMore list={list} />
      <ConfirmDialog {...dialog} focusAfter={section} />
    </Stack>
  );
};

const consequenceFor = ({ email }: AdminUser, { current, device }: Session): string =>
  current
    ? 'This is the session that you are using: you will be signed out at once.'
    : `${email} is signed out on ${device.label} at once, and is told that an administrator did it.`;
