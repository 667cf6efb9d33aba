import { authApi } from '@latchkey/client/react';
import { UpdateMeInput } from '@latchkey/contract';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { useIdentity } from '../session/use-identity.ts';

/** My name; emptying the field removes it. */
export const ProfileForm = () => {
  const utils = authApi.useUtils();
  const update = authApi.users.updateMe.useMutation({
    onSuccess: (user) => {
      utils.auth.me.setData(undefined, (identity) => identity && { ...identity, user });
      notifications.show({ message: 'Your profile is saved.' });
    },
  });
  const { name } = useIdentity().user;
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: UpdateMeInput,
    initialValues: { name: name ?? '' },
    toInput: (values) => ({ name: values.name.trim() === '' ? null : values.name }),
    send: update.mutateAsync,
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput key={form.key('name')} {...form.getInputProps('name')} label="Name" autoComplete="name" />
        <Group>
          <Button type="submit" loading={isSending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
