import { TextInput, type TextInputProps } from '@mantine/core';
import classes from './code-field.module.css';

/** The code of a mail, as it is printed there. */
export const CodeField = (props: TextInputProps) => (
  <TextInput
    label="Code from the mail"
    placeholder="XXXX-XXXX"
    autoComplete="one-time-code"
    autoCapitalize="characters"
    spellCheck={false}
    classNames={{ input: classes.input ?? '' }}
    {...props}
  />
);
