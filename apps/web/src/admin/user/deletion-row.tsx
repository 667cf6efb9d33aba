import type { AdminUser } from '@latchkey/contract';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { RefObject } from 'react';
import type { Act } from '../../confirmation/act.ts';
import { ActionRow } from '../../layout/action-row.tsx';
import { Instant } from '../../time/instant.tsx';
import { deleteAct } from './delete-act.ts';
import { useUserActs } from './use-user-acts.ts';

interface DeletionRowProps {
  user: AdminUser;
  ask: (act: Act) => void;
  /** Gets the focus when the button that was used is gone. */
  focusAfter: RefObject<HTMLElement | null>;
}

/** The end of an account, and its way back. */
export const DeletionRow = ({ user, ask, focusAfter }: DeletionRowProps) => {
  const { remove, restore } = useUserActs();
  const bringBack = async () => {
    await restore.mutateAsync({ id: user.id });
    notifications.show({ message: `The account of ${user.email} is back.` });
    focusAfter.current?.focus({ preventScroll: true });
  };
  if (user.deletedAt === null)
    return (
      <ActionRow
        title="Delete"
        action={
          <Button
            variant="default"
            size="xs"
            onClick={() => ask(deleteAct({ user, remove: remove.mutateAsync }))}
            c="var(--mantine-color-error)"
          >
            Delete…
          </Button>
        }
      >
        Ends all sessions and frees the e-mail address. Until the account is purged it can be restored.
      </ActionRow>
    );
  return (
    <ActionRow
      title="Deleted"
      error={restore.error}
      action={
        <Button
          variant="default"
          size="xs"
          loading={restore.isPending}
          onClick={() => void bringBack().catch(() => undefined)}
        >
          Restore
        </Button>
      }
    >
      Deleted <Instant value={user.deletedAt} />. Until the account is purged it can be restored; its sessions stay
      ended.
    </ActionRow>
  );
};
