import type { Database } from '../database.ts';
import type { AuthEvent } from '../event-log.ts';
import type { Logger } from '../ports.ts';
import { EventLaneRepository, type LeasedLane, type PendingEvent } from './event-lane.repository.ts';
import type { Outlet, Turn } from './outlet.ts';
import type { Subscriber } from './subscriber.ts';

const BATCH = 50;
const CONCURRENCY = 4;

/** How long a handler may take for one event. */
const HANDLE_MS = 10_000;
/** When to begin with no further event of a batch. */
const BATCH_MS = 5000;
/** Longer than both together. Also how long the events of a process that died wait for another one. */
const LEASE_SECONDS = 20;

/** About nine minutes in all. */
const MAX_ATTEMPTS = 15;
const LAST_RETRY_SECONDS = 60;

/** Twice as long each time. */
const backOffSeconds = (attempts: number): number => Math.min(2 ** (attempts - 1), LAST_RETRY_SECONDS);

/**
 * Tells a subscriber, outside of any transaction: its code may take its time, and no connection waits for it. A
 * lane is leased meanwhile.
 */
export class SubscriberOutlet implements Outlet {
  readonly concurrency = CONCURRENCY;
  readonly name: string;
  readonly types: Subscriber['types'];
  readonly #subscriber: Subscriber;
  readonly #database: Database;
  readonly #logger: Logger;

  constructor(subscriber: Subscriber, { database, logger }: { database: Database; logger: Logger }) {
    this.name = `subscriber:${subscriber.name}`;
    this.types = subscriber.types;
    this.#subscriber = subscriber;
    this.#database = database;
    this.#logger = logger;
  }

  async serve({ signal, onTaken }: { signal: AbortSignal; onTaken(): void }): Promise<Turn> {
    const leased = await this.#lanes(async (lanes) => {
      const lane = await lanes.lease(this.name, LEASE_SECONDS);
      return lane && { lane, pending: await lanes.listPending([lane], BATCH) };
    });
    if (leased === null) return { kind: 'idle' };
    onTaken();
    const { lane, pending } = leased;
    if (lane.attempts > MAX_ATTEMPTS) return this.#park(lane, pending.slice(0, 1));
    const { handled, failure } = await this.#handleAll(pending, signal);
    return failure === null ? this.#finish(lane, handled) : this.#postpone(lane, handled, failure.error);
  }

  /** One after the other, until one fails or the time is over. */
  async #handleAll(
    pending: PendingEvent[],
    signal: AbortSignal,
  ): Promise<{ handled: PendingEvent[]; failure: { error: unknown } | null }> {
    const handled: PendingEvent[] = [];
    const end = performance.now() + BATCH_MS;
    for (const each of pending) {
      if (performance.now() > end || signal.aborted) break;
      try {
        if (each.event !== null) await this.#handle(each.event, signal);
      } catch (error) {
        // It has left early because it was asked to.
        if (signal.aborted) break;
        return { handled, failure: { error } };
      }
      handled.push(each);
    }
    return { handled, failure: null };
  }

  async #handle(event: AuthEvent, closing: AbortSignal): Promise<void> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const timeout = new AbortController();
    const timer = setTimeout(() => {
      timeout.abort();
      reject(new Error(`The handler has not finished within ${HANDLE_MS / 1000} seconds`));
    }, HANDLE_MS);
    try {
      await Promise.race([this.#subscriber.handle(event, AbortSignal.any([closing, timeout.signal])), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #finish(lane: LeasedLane, handled: PendingEvent[]): Promise<Turn> {
    await this.#lanes(async (lanes) => {
      await lanes.remove(this.name, handled);
      await lanes.endLease(lane, { attempts: 0, inSeconds: 0 });
    });
    return { kind: 'worked', isFull: handled.length === BATCH };
  }

  async #postpone(lane: LeasedLane, handled: PendingEvent[], err: unknown): Promise<Turn> {
    const attempts = handled.length > 0 ? 1 : lane.attempts;
    const retryInSeconds = backOffSeconds(attempts);
    const fields = { err, subscriber: this.#subscriber.name, attempts, retryInSeconds };
    this.#logger.warn(fields, 'A subscriber failed; the event comes again');
    await this.#lanes(async (lanes) => {
      await lanes.remove(this.name, handled);
      await lanes.endLease(lane, { attempts, inSeconds: retryInSeconds });
    });
    return { kind: 'failed', retryInSeconds };
  }

  /** Gives up the first one, so that the events of other users in this lane go on. */
  async #park(lane: LeasedLane, [poison]: PendingEvent[]): Promise<Turn> {
    await this.#lanes(async (lanes) => {
      if (poison !== undefined) await lanes.park(this.name, poison);
      await lanes.endLease(lane, { attempts: 0, inSeconds: 0 });
    });
    const { id: eventId, type: eventType } = poison?.event ?? {};
    const fields = { subscriber: this.#subscriber.name, eventId, eventType, attempts: MAX_ATTEMPTS };
    this.#logger.error(fields, 'An event was parked: its subscriber failed each time. Retry it with auth.outbox');
    return { kind: 'worked', isFull: false };
  }

  #lanes<T>(work: (lanes: EventLaneRepository) => Promise<T>): Promise<T> {
    return this.#database.write(({ em }) => work(new EventLaneRepository(em)));
  }
}
