import type { EventType } from '../event-log.ts';

/** What came of a turn: something was taken, or there was nothing to take, or it failed and is tried again later. */
export type Turn = { kind: 'worked' } | { kind: 'idle' } | { kind: 'failed'; retryInSeconds: number };

/** One way out of the outbox. */
export interface Outlet {
  /** What is pending for it is kept under this name. */
  name: string;
  types: readonly EventType[] | undefined;
  /** How many lanes this instance may serve at once. */
  concurrency: number;
  /**
   * Takes a lane and delivers a bounded portion of what waits in it, less when `signal` aborts. Says by `onTaken`
   * that another lane may be served at the same time.
   */
  serve(options: { signal: AbortSignal; onTaken(): void }): Promise<Turn>;
}
