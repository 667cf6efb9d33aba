import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';

interface PasswordFieldProps extends Omit<PasswordInputProps, 'autoComplete'> {
  /** Tells password managers whether to fill in the known one or to suggest another. */
  autoComplete: 'current-password' | 'new-password';
}

/** A password that can be looked at while typing. */
export const PasswordField = (props: PasswordFieldProps) => {
  const [isVisible, { toggle }] = useDisclosure(false);
  return (
    <PasswordInput
      {...props}
      spellCheck={false}
      autoCapitalize="none"
      visible={isVisible}
      onVisibilityChange={toggle}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
    />
  );
};
