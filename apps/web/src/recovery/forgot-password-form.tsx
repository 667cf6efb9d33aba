import { ForgotPasswordInput } from '@latchkey/contract';
import { Button, Stack, TextInput } from '@mantine/core';
import { useLocation } from 'react-router';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { readLoginState } from '../login/login-state.ts';

interface ForgotPasswordFormProps {
  send: (input: { email: string }) => Promise<unknown>;
  onSent: (email: string) => void;
}

/** Whose password it is. */
export const ForgotPasswordForm = ({ send, onSent }: ForgotPasswordFormProps) => {
  const { state } = useLocation();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: ForgotPasswordInput,
    initialValues: { email: readLoginState(state).email ?? '' },
    toInput: (values) => values,
    send: async (input) => {
      await send(input);
      onSent(input.email);
    },
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
        <Button type="submit" size="md" loading={isSending}>
          Send me a mail
        </Button>
      </Stack>
    </form>
  );
};
