import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import type { Act } from './act.ts';

/** The state of a `ConfirmDialog`. The act outlives the closing, so that its words stay while the dialog fades. */
export const useConfirmation = () => {
  const [act, setAct] = useState<Act | null>(null);
  const [isOpen, { open, close }] = useDisclosure(false);
  const ask = (next: Act) => {
    setAct(next);
    open();
  };
  return { ask, dialog: { act, isOpen, close } };
};
