import { useLogin } from '@latchkey/client/react';
import { LoginInput } from '@latchkey/contract';
import { Button, Stack, TextInput } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { PasswordField } from '../forms/password-field.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';

/** E-mail and password. What comes after is up to `RequireGuest`, which sees the session appear. */
export const LoginForm = () => {
  const login = useLogin();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: LoginInput,
    initialValues: { email: '', password: '' },
    toInput: (values) => values,
    send: login.mutateAsync,
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('email')}
          {...form.getInputProps('email')}
          label="E-mail"
          type="email"
          autoComplete="username"
          size="md"
          autoFocus
        />
        <PasswordField
          key={form.key('password')}
          {...form.getInputProps('password')}
          label="Password"
          autoComplete="current-password"
          size="md"
        />
        <Button type="submit" size="md" mt="xs" loading={isSending}>
          Log in
        </Button>
      </Stack>
    </form>
  );
};
