/** What was looked at, and what to do about it. */
export interface Finding {
  what: string;
  /** Null: it is as it should be. */
  problem: string | null;
  /** What was seen, where that is worth a word. */
  detail?: string;
}

/** As much of a failure as helps. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);
