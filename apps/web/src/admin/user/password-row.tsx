import { authApi } from '@latchkey/client/react';
import type { AdminUser } from '@latchkey/contract';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useSingleRun } from '../../forms/use-single-run.ts';
import { ActionRow } from '../../layout/action-row.tsx';

interface PasswordRowProps {
  user: AdminUser;
}

/** A link to choose a password can be mailed; the password itself is nobody else's matter. */
export const PasswordRow = ({ user: { email, hasPassword } }: PasswordRowProps) => {
  const { mutateAsync, isPending, error } = authApi.auth.forgotPassword.useMutation({
    onSuccess: () => notifications.show({ message: `A mail to ${email} is on its way.` }),
  });
  const mailOnce = useSingleRun(() => mutateAsync({ email }));
  return (
    <ActionRow
      title={hasPassword ? 'Password' : 'Invited'}
      error={error}
      action={
        <Button variant="default" size="xs" loading={isPending} onClick={mailOnce}>
          {hasPassword ? 'Mail a reset link' : 'Mail another link'}
        </Button>
      }
    >
      {hasPassword
        ? 'Nobody but they can choose one. A link for that can be mailed to them; nothing ends until they use it.'
        : 'They have not chosen a password yet. The link of the invitation is good for seven days; another one can be mailed.'}
    </ActionRow>
  );
};
