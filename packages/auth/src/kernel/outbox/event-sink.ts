import type { Transaction } from '../database.ts';
import type { AuthEvent, EventType } from '../event-log.ts';

/** Somewhere that events go after their commit: at least once, in order per user. */
export interface EventSink {
  /** Stable across releases: what is pending for it is kept under this name. */
  name: string;
  /** Default: all. */
  types?: readonly EventType[];
  /**
   * False: it knows that it could not deliver now, so that this instance takes nothing from others that can. Asked
   * with each announcement, and every five seconds. Default: true.
   */
  isReady?(): boolean;
  /**
   * Takes events in order. What it writes with `transaction` is committed together with the note that they were
   * delivered. When it throws, they come again later.
   */
  deliver(events: AuthEvent[], transaction: Transaction): Promise<void>;
}
