import { authApi, useRegister } from '@latchkey/client/react';
import { RegisterInput } from '@latchkey/contract';
import { Button, Stack, TextInput } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { PasswordField } from '../forms/password-field.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { explainRefusal } from './explain-refusal.tsx';

/** Name, e-mail and password of a new account. */
export const RegisterForm = () => {
  const register = useRegister();
  const config = authApi.auth.config.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  const minLength = config.data?.password.minLength;
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: RegisterInput,
    initialValues: { name: '', email: '', password: '' },
    toInput: ({ name, ...credentials }) => (name.trim() === '' ? credentials : { name, ...credentials }),
    send: register.mutateAsync,
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
          label="E-mail"
          type="email"
          autoComplete="username"
          size="md"
        />
        <PasswordField
          key={form.key('password')}
          {...form.getInputProps('password')}
          label="Password"
          description={`${minLength === undefined ? 'A' : `At least ${minLength} characters; a`} few unrelated words are easy to keep in mind and hard to guess.`}
          autoComplete="new-password"
          size="md"
        />
        <Button type="submit" size="md" mt="xs" loading={isSending}>
          Create account
        </Button>
      </Stack>
    </form>
  );
};
