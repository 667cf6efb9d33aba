import { useVerifyEmail } from '@latchkey/client/react';
import { VerifyEmailInput } from '@latchkey/contract';
import { Button, Stack, TextInput } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { CodeField } from '../forms/code-field.tsx';
import { explainRefusedCode } from '../forms/explain-refused-code.ts';
import { useContractForm } from '../forms/use-contract-form.ts';

interface AddressAndCodeFormProps {
  onConfirmed: () => void;
}

/** Proves an address without a session. */
export const AddressAndCodeForm = ({ onConfirmed }: AddressAndCodeFormProps) => {
  const verify = useVerifyEmail();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: VerifyEmailInput,
    initialValues: { email: '', code: '' },
    toInput: (values) => values,
    send: async (input) => {
      await verify.mutateAsync(input);
      onConfirmed();
    },
    explain: explainRefusedCode,
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('email')}
          {...form.getInputProps('email')}
          label="E-mail address"
          type="email"
          autoComplete="username"
          size="md"
          autoFocus
        />
        <CodeField key={form.key('code')} {...form.getInputProps('code')} size="md" />
        <Button type="submit" size="md" loading={isSending}>
          Confirm the address
        </Button>
      </Stack>
    </form>
  );
};
