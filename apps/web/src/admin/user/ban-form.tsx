import { type AdminUser, BanInput } from '@latchkey/contract';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ErrorNotice } from '../../errors/error-notice.tsx';
import { useContractForm } from '../../forms/use-contract-form.ts';
import { fromLocalTime, toLocalTime } from '../../time/local-time.ts';
import { useUserActs } from './use-user-acts.ts';

interface BanFormProps {
  user: AdminUser;
  onDone: () => void;
}

/** Why, and for how long. */
export const BanForm = ({ user: { id, email, banned }, onDone }: BanFormProps) => {
  const { ban } = useUserActs();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: BanInput,
    initialValues: { reason: banned?.reason ?? '', until: banned?.until ? toLocalTime(banned.until) : '' },
    toInput: ({ reason, until }) => ({ id, reason, ...(until !== '' && { until: fromLocalTime(until) }) }),
    send: async (input) => {
      await ban.mutateAsync(input);
      notifications.show({ message: `${email} is banned and signed out.` });
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Text>
          {email} is signed out on every device at once and cannot log in while the ban lasts. They are told that the
          account is suspended, and not why.
        </Text>
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('reason')}
          {...form.getInputProps('reason')}
          label="Reason"
          description="For the audit log. Somebody who exports their data can read it."
          autoComplete="off"
          data-autofocus
        />
        <TextInput
          key={form.key('until')}
          {...form.getInputProps('until')}
          label="Until (optional)"
          description="Left empty, the ban lasts until somebody lifts it."
          type="datetime-local"
        />
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onDone} disabled={isSending}>
            Cancel
          </Button>
          <Button type="submit" color="red.9" loading={isSending}>
            {banned === null ? 'Ban' : 'Change the ban'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
