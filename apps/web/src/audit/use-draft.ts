import { type KeyboardEvent, useState } from 'react';

/** A text that counts only when somebody has finished it: half an address is not what they look for. */
export const useDraft = (value: string, commit: (value: string) => void) => {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  const finish = (next = text) => {
    if (next.trim() !== value) commit(next.trim());
  };
  return {
    text,
    setText,
    finish,
    onKeyDown: ({ key }: KeyboardEvent) => {
      if (key === 'Enter') finish();
    },
  };
};
