import { useReauthenticate } from '@latchkey/client/react';
import { ReauthenticateInput } from '@latchkey/contract';
import { Button, Group, Stack } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { PasswordField } from '../forms/password-field.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { UsernameHint } from '../forms/username-hint.tsx';

interface ReauthenticationFormProps {
  email: string;
  onProved: () => void;
  onCancel: () => void;
}

/** My password, once more. */
export const ReauthenticationForm = ({ email, onProved, onCancel }: ReauthenticationFormProps) => {
  const reauthenticate = useReauthenticate();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: ReauthenticateInput,
    initialValues: { password: '' },
    toInput: (values) => values,
    send: async (input) => {
      await reauthenticate.mutateAsync(input);
      onProved();
    },
    explain: ({ code, message }) => (code === 'AUTH_INVALID' ? { password: message } : {}),
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <UsernameHint email={email} />
        <PasswordField
          key={form.key('password')}
          {...form.getInputProps('password')}
          label="Your password"
          autoComplete="current-password"
          data-autofocus
        />
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onCancel} disabled={isSending}>
            Cancel
          </Button>
          <Button type="submit" loading={isSending}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
