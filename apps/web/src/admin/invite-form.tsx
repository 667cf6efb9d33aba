import type { AuthApiError } from '@latchkey/client';
import { authApi } from '@latchkey/client/react';
import { AdminUserCreateInput } from '@latchkey/contract';
import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ErrorNotice } from '../errors/error-notice.tsx';
import type { FieldErrors } from '../forms/field-errors.ts';
import { useContractForm } from '../forms/use-contract-form.ts';
import { ROLE_CHOICES } from './role-choices.ts';

interface InviteFormProps {
  onDone: () => void;
}

/** E-mail, name and role of somebody new. The password is chosen by nobody but them. */
export const InviteForm = ({ onDone }: InviteFormProps) => {
  const utils = authApi.useUtils();
  const create = authApi.admin.users.create.useMutation({ onSuccess: () => utils.admin.invalidate() });
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: AdminUserCreateInput,
    initialValues: { email: '', name: '', role: 'user' },
    toInput: toCreateInput,
    send: async (input) => {
      const { email } = await create.mutateAsync(input);
      notifications.show({ message: `${email} is invited: a mail with a link is on its way.` });
      onDone();
    },
    explain: explainRefusal,
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          A mail goes out with a link to choose a password, good for seven days. Nobody but them ever sets or sees it.
        </Text>
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('email')}
          {...form.getInputProps('email')}
          label="E-mail address"
          type="email"
          autoComplete="off"
          data-autofocus
        />
        <TextInput key={form.key('name')} {...form.getInputProps('name')} label="Name (optional)" autoComplete="off" />
        <NativeSelect key={form.key('role')} {...form.getInputProps('role')} label="Role" data={ROLE_CHOICES} />
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onDone} disabled={isSending}>
            Cancel
          </Button>
          <Button type="submit" loading={isSending}>
            Send the invitation
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const toCreateInput = ({ email, name, role }: { email: string; name: string; role: string }) => ({
  email,
  ...(name.trim() !== '' && { name }),
  role: role === 'admin' ? ('admin' as const) : ('user' as const),
});

const explainRefusal = ({ code, message }: AuthApiError): FieldErrors =>
  code === 'EMAIL_TAKEN' ? { email: message } : {};
