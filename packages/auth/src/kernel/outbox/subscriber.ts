import type { AuthEvent, EventType } from '../event-log.ts';

/**
 * Code of the host app that is told each event after its commit, by one of the instances: at least once, in order
 * per user, across crashes.
 */
export interface Subscriber {
  /** Stable across releases: what is pending for it is kept under this name. */
  name: string;
  /** Default: all. */
  types?: readonly EventType[];
  /**
   * Must bear that an event comes twice; its id stays the same. When it throws, or has not finished when `signal`
   * aborts after ten seconds, the event comes again later, and the next ones of the same user wait for it.
   */
  handle(event: AuthEvent, signal: AbortSignal): Promise<void> | void;
}
