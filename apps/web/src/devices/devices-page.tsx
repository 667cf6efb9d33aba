import { Button, Stack, Text } from '@mantine/core';
import { useRef } from 'react';
import { ConfirmDialog } from '../confirmation/confirm-dialog.tsx';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { LoadMore } from '../layout/load-more.tsx';
import { Page } from '../layout/page.tsx';
import { LogOutButton } from '../session/log-out-button.tsx';
import { DeviceList } from './device-list.tsx';
import { DeviceListSkeleton } from './device-list-skeleton.tsx';
import { EndButton } from './end-button.tsx';
import { SessionPolicy } from './session-policy.tsx';
import { useMyDevices } from './use-my-devices.ts';

/** My sessions: seen and ended. */
export const DevicesPage = () => {
  const { list, dialog, devices, hasOthers, askToEnd, askToEndOthers } = useMyDevices();
  const content = useRef<HTMLDivElement>(null);
  return (
    <Page
      title="My devices"
      description={<SessionPolicy />}
      action={
        hasOthers && (
          <Button variant="default" onClick={askToEndOthers}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      <Stack gap="md" ref={content} tabIndex={-1}>
        {list.error !== null && <ErrorNotice error={list.error} onRetry={list.refetch} />}
        {list.isPending && <DeviceListSkeleton />}
        {list.data !== undefined && (
          <DeviceList
            label="My devices"
            sessions={devices}
            actionFor={(session) =>
              session.current ? <LogOutButton /> : <EndButton session={session} onClick={() => askToEnd(session)} />
            }
          />
        )}
        {list.isSuccess && !hasOthers && <NoOthers />}
        <LoadMore list={list} />
      </Stack>
      <ConfirmDialog {...dialog} focusAfter={content} />
    </Page>
  );
};

const NoOthers = () => (
  <Text size="sm" c="dimmed" ta="center" py="md">
    You are not logged in anywhere else. Logins on other devices appear here, and you can sign them out from here.
  </Text>
);
