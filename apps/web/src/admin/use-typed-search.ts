import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

const TYPING_PAUSE_MS = 300;

/** A search that follows the typing with a pause, and a field that follows the search when it changes otherwise. */
export const useTypedSearch = (search: string, setSearch: (value: string) => void) => {
  const [text, setText] = useState(search);
  const [seen, setSeen] = useState(search);
  const [sent, setSent] = useState(search);
  if (seen !== search) {
    setSeen(search);
    // What comes back of one's own typing must not undo what was typed meanwhile.
    if (search !== sent) setText(search);
    setSent(search);
  }
  const send = useDebouncedCallback((value: string) => {
    setSent(value);
    setSearch(value);
  }, TYPING_PAUSE_MS);
  const type = (value: string) => {
    setText(value);
    send(value.trim());
  };
  return { text, type };
};
