import { useVerifyEmail } from '@latchkey/client/react';
import { VerifyEmailInput } from '@latchkey/contract';
import { Button, Stack } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { CodeField } from '../forms/code-field.tsx';
import { explainRefusedCode } from '../forms/explain-refused-code.ts';
import { useContractForm } from '../forms/use-contract-form.ts';

interface CodeFormProps {
  /** Whose address it is; without one, that of whoever is logged in. */
  email?: string;
  onConfirmed: () => unknown;
  /** As a part of a page, rather than its one matter. */
  isPart?: boolean;
}

/** Proves an address with the code that was mailed to it. */
export const CodeForm = ({ email, onConfirmed, isPart = false }: CodeFormProps) => {
  const verify = useVerifyEmail();
  const size = isPart ? 'sm' : 'md';
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: VerifyEmailInput,
    initialValues: { code: '' },
    toInput: ({ code }) => ({ code, ...(email !== undefined && { email }) }),
    send: async (input) => {
      await verify.mutateAsync(input);
      await onConfirmed();
    },
    explain: explainRefusedCode,
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md" align={isPart ? 'flex-start' : 'stretch'}>
        {failure !== null && <ErrorNotice error={failure} />}
        <CodeField key={form.key('code')} {...form.getInputProps('code')} size={size} maw="100%" />
        <Button type="submit" size={size} loading={isSending}>
          Confirm the address
        </Button>
      </Stack>
    </form>
  );
};
