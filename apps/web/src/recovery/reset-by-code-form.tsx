import { useResetPassword } from '@latchkey/client/react';
import { ResetPasswordInput } from '@latchkey/contract';
import { Button, Stack, TextInput } from '@mantine/core';
import { useLocation } from 'react-router';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { CodeField } from '../forms/code-field.tsx';
import { explainRefusedCode } from '../forms/explain-refused-code.ts';
import { explainWeakPassword } from '../forms/explain-weak-password.ts';
import { NewPasswordField } from '../forms/new-password-field.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { readLoginState } from '../login/login-state.ts';

interface ResetByCodeFormProps {
  onDone: (email: string) => void;
}

/** A password for whoever types the code of a mail. */
export const ResetByCodeForm = ({ onDone }: ResetByCodeFormProps) => {
  const reset = useResetPassword();
  const known = readLoginState(useLocation().state).email ?? '';
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: ResetPasswordInput,
    initialValues: { email: known, code: '', newPassword: '' },
    toInput: (values) => values,
    send: async (input) => {
      await reset.mutateAsync(input);
      onDone(input.email);
    },
    explain: (error) => ({ ...explainRefusedCode(error), ...explainWeakPassword(error) }),
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
          autoFocus={known === ''}
        />
        <CodeField key={form.key('code')} {...form.getInputProps('code')} size="md" autoFocus={known !== ''} />
        <NewPasswordField
          key={form.key('newPassword')}
          {...form.getInputProps('newPassword')}
          label="New password"
          size="md"
        />
        <Button type="submit" size="md" mt="xs" loading={isSending}>
          Set password
        </Button>
      </Stack>
    </form>
  );
};
