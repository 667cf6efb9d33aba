import type { AdminUser } from '@latchkey/contract';
import { Button, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import type { RefObject } from 'react';
import { ActionRow } from '../../layout/action-row.tsx';
import { formatUntil } from '../../time/format-until.ts';
import { Instant } from '../../time/instant.tsx';
import { useNow } from '../../time/use-now.ts';
import { BanForm } from './ban-form.tsx';
import { useUserActs } from './use-user-acts.ts';

interface BanRowProps {
  user: AdminUser;
  /** Gets the focus when the button that was used is gone. */
  focusAfter: RefObject<HTMLElement | null>;
}

/** Whether somebody is banned, and the way to change that. */
export const BanRow = ({ user, focusAfter }: BanRowProps) => {
  const [isOpen, { open, close }] = useDisclosure(false);
  const { unban } = useUserActs();
  const liftBan = async () => {
    await unban.mutateAsync({ id: user.id });
    notifications.show({ message: `${user.email} can log in again.` });
    focusAfter.current?.focus({ preventScroll: true });
  };
  const title = user.banned === null ? 'Ban this user' : 'Change the ban';
  return (
    <>
      <ActionRow
        title={useBanTitle(user.banned)}
        error={unban.error}
        action={
          <>
            <Button variant="default" size="xs" onClick={open}>
              {user.banned === null ? 'Ban…' : 'Change…'}
            </Button>
            {user.banned !== null && (
              <Button
                variant="default"
                size="xs"
                loading={unban.isPending}
                onClick={() => void liftBan().catch(() => undefined)}
              >
                Lift the ban
              </Button>
            )}
          </>
        }
      >
        <BanWords banned={user.banned} />
      </ActionRow>
      <Modal
        opened={isOpen}
        onClose={close}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
        title={
          <Text span fw={650} size="lg">
            {title}
          </Text>
        }
      >
        <BanForm user={user} onDone={close} />
      </Modal>
    </>
  );
};

const useBanTitle = (banned: AdminUser['banned']): string => {
  const now = useNow();
  if (banned === null) return 'Not banned';
  return banned.until === null ? 'Banned for good' : `Banned ${formatUntil(new Date(banned.until), now)}`;
};

const BanWords = ({ banned }: Pick<AdminUser, 'banned'>) =>
  banned === null ? (
    'A ban ends their sessions and refuses their logins, for good or for a while.'
  ) : (
    <>
      Since <Instant value={banned.at} />, because: {banned.reason}
    </>
  );
