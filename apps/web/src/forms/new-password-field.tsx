import { authApi } from '@latchkey/client/react';
import { PasswordField } from './password-field.tsx';

type NewPasswordFieldProps = Omit<Parameters<typeof PasswordField>[0], 'autoComplete' | 'description'>;

/** A password that somebody chooses, with what is asked of it. */
export const NewPasswordField = (props: NewPasswordFieldProps) => {
  const config = authApi.auth.config.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  const minLength = config.data?.password.minLength;
  return (
    <PasswordField
      {...props}
      description={`${minLength === undefined ? 'A' : `At least ${minLength} characters; a`} few unrelated words are easy to keep in mind and hard to guess.`}
      autoComplete="new-password"
    />
  );
};
