import type { Database } from '../database.ts';
import { EventLaneRepository } from './event-lane.repository.ts';
import { SinkRepository, type SinkStatus } from './sink.repository.ts';

/** What is on its way, for whoever runs the service. */
export class Outbox {
  readonly #database: Database;
  readonly #wake: () => void;

  constructor(database: Database, wake: () => void) {
    this.#database = database;
    this.#wake = wake;
  }

  /** How each sink and subscriber (`subscriber:<name>`) stands, across all instances. */
  listStatus(): Promise<SinkStatus[]> {
    return this.#database.read((em) => new SinkRepository(em).listStatus());
  }

  /** How long the oldest event waits, in seconds; 0 when none does. */
  lagSeconds(): Promise<number> {
    return this.#database.read((em) => new SinkRepository(em).lagSeconds());
  }

  /** How many events were given up for subscribers, and wait for `retryParked`. */
  countParked(): Promise<number> {
    return this.#database.read((em) => new SinkRepository(em).countParked());
  }

  /** Tries once more what was given up for a subscriber; answers how many events that are. */
  async retryParked(subscriber: string): Promise<number> {
    const retried = await this.#database.write(({ em }) =>
      new EventLaneRepository(em).unpark(`subscriber:${subscriber}`),
    );
    this.#wake();
    return retried;
  }
}
