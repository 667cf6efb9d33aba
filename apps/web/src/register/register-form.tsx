import { useRegister } from '@latchkey/client/react';
import { RegisterInput } from '@latchkey/contract';
import { Button, Stack, TextInput } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { NewPasswordField } from '../forms/new-password-field.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { explainRefusal } from './explain-refusal.tsx';

interface RegisterFormProps {
  /** Nobody is logged in yet: the address has to be confirmed first. */
  onMailSent: (email: string) => void;
}

/** Name, e-mail and password of a new account. */
export const RegisterForm = ({ onMailSent }: RegisterFormProps) => {
  const register = useRegister();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: RegisterInput,
    initialValues: { name: '', email: '', password: '' },
    toInput: ({ name, ...credentials }) => (name.trim() === '' ? credentials : { name, ...credentials }),
    send: async (input) => {
      const result = await register.mutateAsync(input);
      if ('verification' in result) onMailSent(input.email);
    },
    explain: explainRefusal,
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('name')}
          {...form.getInputProps('name')}
          label="Name (optional)"
          autoComplete="name"
          size="md"
          autoFocus
        />
        <TextInput
          key={form.key('email')}
          {...form.getInputProps('email')}
          label="E-mail address"
          type="email"
          autoComplete="username"
          size="md"
        />
        <NewPasswordField key={form.key('password')} {...form.getInputProps('password')} label="Password" size="md" />
        <Button type="submit" size="md" mt="xs" loading={isSending}>
          Create account
        </Button>
      </Stack>
    </form>
  );
};
