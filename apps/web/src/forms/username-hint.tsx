interface UsernameHintProps {
  email: string;
}

/** Tells password managers whose password a form is about; people are told in words. */
export const UsernameHint = ({ email }: UsernameHintProps) => (
  <input type="email" autoComplete="username" value={email} readOnly hidden />
);
