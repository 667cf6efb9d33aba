import { TextInput } from '@mantine/core';
import { fromLocalTime, toLocalTime } from '../time/local-time.ts';
import { useDraft } from './use-draft.ts';

interface InstantFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

/** An instant in the time zone of whoever picks it. */
export const InstantField = ({ label, value, onChange, error }: InstantFieldProps) => {
  const { text, setText, finish, onKeyDown } = useDraft(toLocalTime(value), (local) => onChange(fromLocalTime(local)));
  return (
    <TextInput
      label={label}
      type="datetime-local"
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={() => finish()}
      onKeyDown={onKeyDown}
      error={error}
    />
  );
};
