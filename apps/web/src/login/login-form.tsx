import { useLogin } from '@latchkey/client/react';
import { LoginInput } from '@latchkey/contract';
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { Link } from 'react-router';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { toApiError } from '../errors/to-api-error.ts';
import { PasswordField } from '../forms/password-field.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';

interface LoginFormProps {
  /** Filled in already; empty when it is not known. */
  email: string;
  /** The password is right, but the address has not been confirmed. */
  onUnverified: (email: string) => void;
  /** The account is suspended, which is told here. */
  onBanned: () => void;
}

/** E-mail and password. What comes after is up to `RequireGuest`, which sees the session appear. */
export const LoginForm = ({ email: known, onUnverified, onBanned }: LoginFormProps) => {
  const login = useLogin();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: LoginInput,
    initialValues: { email: known, password: '' },
    toInput: (values) => values,
    send: async (input) => {
      try {
        await login.mutateAsync(input);
      } catch (error) {
        const { code } = toApiError(error);
        if (code === 'USER_BANNED') onBanned();
        if (code !== 'EMAIL_NOT_VERIFIED') throw error;
        onUnverified(input.email);
      }
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && (
          <ErrorNotice error={failure}>
            {failure.code === 'USER_BANNED' && 'Nobody can log in to it. Whoever runs this service can tell you why.'}
          </ErrorNotice>
        )}
        <TextInput
          key={form.key('email')}
          {...form.getInputProps('email')}
          label="E-mail address"
          type="email"
          autoComplete="username"
          size="md"
          autoFocus={known === ''}
        />
        <PasswordField
          key={form.key('password')}
          {...form.getInputProps('password')}
          label="Password"
          autoComplete="current-password"
          size="md"
          autoFocus={known !== ''}
        />
        <Text size="sm">
          <Anchor component={Link} to="/forgot-password" inherit>
            Forgot your password?
          </Anchor>
        </Text>
        <Button type="submit" size="md" mt="xs" loading={isSending}>
          Log in
        </Button>
      </Stack>
    </form>
  );
};
