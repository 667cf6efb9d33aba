import { authApi } from '@latchkey/client/react';
import { CreateAppTokenInput, type CreatedAppToken, Scope } from '@latchkey/contract';
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { ScopesField } from './scopes-field.tsx';

interface CreateAppTokenFormProps {
  onCreated: (token: CreatedAppToken) => void;
  onCancel: () => void;
}

const EXPIRIES = [
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
];

/** Name, scopes and end of a new token. */
export const CreateAppTokenForm = ({ onCreated, onCancel }: CreateAppTokenFormProps) => {
  const utils = authApi.useUtils();
  const create = authApi.appTokens.create.useMutation({ onSuccess: () => utils.appTokens.list.invalidate() });
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: CreateAppTokenInput,
    initialValues: { name: '', scopes: '', expiresInDays: '90' },
    toInput: toCreateInput,
    send: async (input) => onCreated(await create.mutateAsync(input)),
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('name')}
          {...form.getInputProps('name')}
          label="Name"
          description="What it is for, so that you know it again."
          placeholder="Nightly backup"
          autoComplete="off"
          data-autofocus
        />
        <ScopesField
          {...form.getInputProps('scopes')}
          onChange={(scopes) => form.setFieldValue('scopes', scopes.join(' '))}
        />
        <NativeSelect
          key={form.key('expiresInDays')}
          {...form.getInputProps('expiresInDays')}
          label="Expires"
          data={EXPIRIES}
        />
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onCancel} disabled={isSending}>
            Cancel
          </Button>
          <Button type="submit" loading={isSending}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const toCreateInput = ({ name, scopes, expiresInDays }: Record<'name' | 'scopes' | 'expiresInDays', string>) => ({
  name,
  scopes: Scope.options.filter((scope) => scopes.split(' ').includes(scope)),
  expiresInDays: Number(expiresInDays),
});
