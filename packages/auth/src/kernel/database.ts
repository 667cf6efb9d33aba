import { setTimeout as delay } from 'node:timers/promises';
import { type EntityManager, MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { unavailable } from './auth-error.ts';
import { translateDatabaseError } from './database-away.ts';
import type { AuthEvent, EventLog, NewEvent } from './event-log.ts';
import { giveUpLost } from './lost-connections.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Tracer } from './tracer.ts';

/** A unit of work: its changes and its events are committed together or not at all. */
export interface Transaction {
  em: EntityManager;
  record(event: NewEvent): void;
  /** Runs once the change is there for everybody to see; not at all when it is rolled back. */
  afterCommit(work: () => void): void;
}

interface DatabaseOptions {
  url: string;
  poolSize: number;
  entities: NonNullable<Options['entities']>;
  events: EventLog;
  metrics: Metrics;
  tracer: Tracer;
}

/** How long a caller waits for the database before it is told to come back later. */
const DEADLINE_MS = 2500;

/** How long the stop waits for connections to end politely. */
const CLOSE_MS = 2000;

/** The ORM behind two verbs. Each call works on an entity manager of its own. */
export class Database {
  readonly orm: MikroORM;
  readonly #events: EventLog;
  readonly #tracer: Tracer;
  readonly #publishing = new Set<Promise<void>>();
  #stopSweeping = () => {};
  #isClosed = false;

  constructor({ url, poolSize, entities, events, metrics, tracer }: DatabaseOptions) {
    this.#events = events;
    this.#tracer = tracer;
    this.orm = new MikroORM({
      clientUrl: url,
      entities,
      forceUtcTimezone: true,
      pool: { min: 0, max: poolSize },
      driverOptions: {
        application_name: 'latchkey',
        // Also for a place in the pool.
        connectionTimeoutMillis: 2000,
        statement_timeout: 4000,
        lock_timeout: 3000,
        idle_in_transaction_session_timeout: 4000,
        onPoolCreated: (pool: Pool) => {
          this.#stopSweeping = giveUpLost(pool);
          metrics.pools.watch('main', pool);
        },
      },
    });
  }

  /** Reads without a transaction. @throws AuthError UNAVAILABLE past the deadline, or when PostgreSQL is away */
  read<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.#tracer.part('database.read', () => withinDeadline(() => work(this.#fork())));
  }

  /**
   * Runs `work` in one transaction and commits what it changed. What answers too late is rolled back, so that a
   * caller who was told "unavailable" finds nothing half done; only when the answer to the commit itself is late
   * may the change have been made, as with any database. Listeners hear of its events after the commit; nobody
   * waits for them.
   * @throws AuthError UNAVAILABLE past the deadline, or when PostgreSQL is away
   */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#tracer.part('database.write', () => this.#write(work));
  }

  #write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const recorded: AuthEvent[] = [];
    const afterwards: (() => void)[] = [];
    return withinDeadline(async (assertInTime) => {
      const result = await this.#fork().transactional(async (em) => {
        const answer = await work({
          em,
          record: (event) => recorded.push(this.#events.write(em, event)),
          afterCommit: (step) => afterwards.push(step),
        });
        await em.flush();
        assertInTime();
        return answer;
      });
      for (const step of afterwards) step();
      this.#publish(recorded);
      return result;
    });
  }

  /** Waits for listeners and connections, but not for ever: a frozen peer would keep the process from ending. */
  async close(): Promise<void> {
    const done = Promise.allSettled(this.#publishing).then(() => this.orm.close(true));
    await Promise.race([done, delay(CLOSE_MS, undefined, { ref: false })]);
    this.#isClosed = true;
    this.#stopSweeping();
  }

  #fork(): EntityManager {
    // The ORM would open a pool anew, which nobody closes.
    if (this.#isClosed) throw unavailable(new Error('The database was closed'));
    return this.orm.em.fork();
  }

  #publish(events: AuthEvent[]): void {
    const publishing = this.#events.publish(events).finally(() => this.#publishing.delete(publishing));
    this.#publishing.add(publishing);
  }
}

const withinDeadline = async <T>(work: (assertInTime: () => void) => Promise<T>): Promise<T> => {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reject(unavailable(new Error('The database did not answer in time')));
  }, DEADLINE_MS);
  const assertInTime = () => {
    if (isLate) throw new Error('Rolled back: the caller has been told that the database is away');
  };
  try {
    const pending = work(assertInTime);
    pending.catch(() => {});
    return await Promise.race([pending, tooLate]);
  } catch (error) {
    throw translateDatabaseError(error);
  } finally {
    clearTimeout(timer);
  }
};
