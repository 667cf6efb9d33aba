import { ChangeEmailInput } from '@latchkey/contract';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';

interface ChangeEmailFormProps {
  send: (newEmail: string) => Promise<unknown>;
  onSent: (newEmail: string) => void;
  onCancel: () => void;
}

/** Which address it is to be. */
export const ChangeEmailForm = ({ send, onSent, onCancel }: ChangeEmailFormProps) => {
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: ChangeEmailInput,
    initialValues: { newEmail: '' },
    toInput: (values) => values,
    send: async ({ newEmail }) => {
      await send(newEmail);
      onSent(newEmail.trim().toLowerCase());
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('newEmail')}
          {...form.getInputProps('newEmail')}
          label="New e-mail address"
          description="We mail it a link and a code, and tell your current address. Until the new one is confirmed, nothing changes."
          type="email"
          autoComplete="email"
          autoFocus
        />
        <Group gap="sm">
          <Button type="submit" loading={isSending}>
            Send the mail
          </Button>
          <Button variant="default" onClick={onCancel} disabled={isSending}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
