import { useChangePassword } from '@latchkey/client/react';
import { ChangePasswordInput } from '@latchkey/contract';
import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { explainWeakPassword } from '../forms/explain-weak-password.ts';
import { NewPasswordField } from '../forms/new-password-field.tsx';
import { PasswordField } from '../forms/password-field.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { UsernameHint } from '../forms/username-hint.tsx';
import { useIdentity } from '../session/use-identity.ts';

/** The password that I have, and the one that I want. */
export const PasswordForm = () => {
  const { email } = useIdentity().user;
  const change = useChangePassword();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: ChangePasswordInput,
    initialValues: { currentPassword: '', newPassword: '' },
    toInput: (values) => values,
    send: async (input) => {
      await change.mutateAsync(input);
      form.reset();
      notifications.show({ message: 'Your password is changed. All your other devices are signed out.' });
    },
    explain: (error) => ({
      ...explainWeakPassword(error),
      ...(error.code === 'AUTH_INVALID' && { currentPassword: error.message }),
    }),
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <UsernameHint email={email} />
        <PasswordField
          key={form.key('currentPassword')}
          {...form.getInputProps('currentPassword')}
          label="Current password"
          autoComplete="current-password"
        />
        <NewPasswordField key={form.key('newPassword')} {...form.getInputProps('newPassword')} label="New password" />
        <Group>
          <Button type="submit" loading={isSending}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
