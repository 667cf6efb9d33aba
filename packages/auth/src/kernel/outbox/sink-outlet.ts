import type { Database } from '../database.ts';
import type { Logger } from '../ports.ts';
import { rarely } from '../rarely.ts';
import { EventLaneRepository, type Lane } from './event-lane.repository.ts';
import type { EventSink } from './event-sink.ts';
import type { Outlet, Turn } from './outlet.ts';

/** So many events go out at once, where nothing fails. */
const BATCH = 256;

const FIRST_RETRY_SECONDS = 0.25;
/** A sink that has come back is served soon after. */
const LAST_RETRY_SECONDS = 3;

/** Twice as long each time. */
const backOffSeconds = (attempts: number): number =>
  Math.min(FIRST_RETRY_SECONDS * 2 ** (attempts - 1), LAST_RETRY_SECONDS);

/** Half as many after each failure: what a sink cannot do in time it can do in parts, down to single events. */
const batchAfter = (attempts: number): number => Math.max(1, Math.floor(BATCH / 2 ** attempts));

/**
 * Hands events to a sink within the transaction that holds their lanes: what the sink wrote and the note that they
 * were delivered are committed together, and a process that dies lets go of them at once.
 */
export class SinkOutlet implements Outlet {
  /** It takes whole batches and is quick by contract; more at once would take connections from others. */
  readonly concurrency = 1;
  readonly name: string;
  readonly types: EventSink['types'];
  readonly #sink: EventSink;
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #remind = rarely();

  constructor(sink: EventSink, { database, logger }: { database: Database; logger: Logger }) {
    this.name = sink.name;
    this.types = sink.types;
    this.#sink = sink;
    this.#database = database;
    this.#logger = logger;
  }

  async serve(): Promise<Turn> {
    if (this.#sink.isReady?.() === false) return { kind: 'idle' };
    const taken: { lanes: Lane[] } = { lanes: [] };
    try {
      return await this.#database.write(async (transaction) => {
        const repository = new EventLaneRepository(transaction.em);
        taken.lanes = await repository.lock(this.name);
        if (taken.lanes.length === 0) return { kind: 'idle' };
        const attempts = attemptsAt(taken.lanes);
        const batch = batchAfter(attempts);
        const pending = await repository.listPending(taken.lanes, batch);
        const events = pending.flatMap(({ event }) => event ?? []);
        if (events.length > 0) await this.#sink.deliver(events, transaction);
        await repository.remove(this.name, pending);
        const isFull = pending.length >= batch;
        // More is tried step by step, while there is more.
        await repository.setTurn(taken.lanes, { attempts: isFull ? Math.max(0, attempts - 1) : 0, inSeconds: 0 });
        return { kind: 'worked', isFull };
      });
    } catch (error) {
      if (taken.lanes.length === 0) throw error;
      return this.#postpone(taken.lanes, error);
    }
  }

  async #postpone(lanes: Lane[], err: unknown): Promise<Turn> {
    const attempts = 1 + attemptsAt(lanes);
    const retryInSeconds = backOffSeconds(attempts);
    const fields = { err, sink: this.name, attempts };
    this.#remind(() => this.#logger.warn(fields, 'Events wait, because they could not be delivered'));
    await this.#database.write(({ em }) =>
      new EventLaneRepository(em).setTurn(lanes, { attempts, inSeconds: retryInSeconds }),
    );
    return { kind: 'failed', retryInSeconds };
  }
}

/** All lanes of a turn have been tried equally often. */
const attemptsAt = ([first]: Lane[]): number => first?.attempts ?? 0;
