import type { ReactNode } from 'react';

/** Something that is done only after a second thought. */
export interface Act {
  title: string;
  /** What will happen, and to whom. */
  consequence: ReactNode;
  /** The words on the button. */
  label: string;
  /** Does it; answers the sentence that tells so. */
  perform(): Promise<string>;
}
