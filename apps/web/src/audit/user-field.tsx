import { authApi } from '@latchkey/client/react';
import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { KeyboardEvent } from 'react';
import { useDraft } from './use-draft.ts';

const TYPING_PAUSE_MS = 300;
const SUGGESTIONS = 6;
const MAX_LENGTH = 200;

interface UserFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

/** Somebody, by e-mail address or id; who is here is suggested. */
export const UserField = ({ label, value, onChange, error }: UserFieldProps) => {
  const { text, setText, finish, onKeyDown } = useDraft(value, onChange);
  const finishUnlessChoosing = (event: KeyboardEvent<HTMLInputElement>) => {
    // Enter takes the suggestion that the arrow keys have reached.
    if (!event.currentTarget.hasAttribute('aria-activedescendant')) onKeyDown(event);
  };
  const [search] = useDebouncedValue(text.trim(), TYPING_PAUSE_MS);
  const { data } = authApi.admin.users.list.useQuery(
    { search, limit: SUGGESTIONS },
    { enabled: search !== '' && search !== value },
  );
  return (
    <Autocomplete
      label={label}
      placeholder="E-mail address or id"
      autoComplete="off"
      spellCheck={false}
      maxLength={MAX_LENGTH}
      data={search === '' ? [] : [...new Set(data?.items.map(({ email }) => email))]}
      filter={({ options }) => options}
      value={text}
      onChange={setText}
      onOptionSubmit={finish}
      onBlur={() => finish()}
      onKeyDown={finishUnlessChoosing}
      error={error}
    />
  );
};
