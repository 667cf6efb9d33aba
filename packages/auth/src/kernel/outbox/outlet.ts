import type { EventType } from '../event-log.ts';

/**
 * What came of a turn: something was taken, `isFull` when as much as goes into one turn; or there was nothing to
 * take; or it failed and is tried again later.
 */
export type Turn = { kind: 'worked'; isFull: boolean } | { kind: 'idle' } | { kind: 'failed'; retryInSeconds: number };

/** One way out of the outbox. */
export interface Outlet {
  /** What is pending for it is kept under this name. */
  name: string;
  types: readonly EventType[] | undefined;
  /** How many turns this instance may have at the same time. */
  concurrency: number;
  /**
   * Takes free lanes and delivers a bounded portion of what waits in them, less when `signal` aborts. Says by
   * `onTaken` that another turn may begin at the same time.
   */
  serve(options: { signal: AbortSignal; onTaken(): void }): Promise<Turn>;
}
