import { type EntityManager, MikroORM, type Options } from '@mikro-orm/postgresql';
import { unavailable } from './auth-error.ts';
import type { AuthEvent, EventLog, NewEvent } from './event-log.ts';

/** A unit of work: its changes and its events are committed together or not at all. */
export interface Transaction {
  em: EntityManager;
  record(event: NewEvent): void;
}

interface DatabaseOptions {
  url: string;
  poolSize: number;
  entities: NonNullable<Options['entities']>;
  events: EventLog;
}

/** How long a caller waits for the database before it is told to come back later. */
const DEADLINE_MS = 2500;

/** The ORM behind two verbs. Each call works on an entity manager of its own. */
export class Database {
  readonly orm: MikroORM;
  readonly #events: EventLog;

  constructor({ url, poolSize, entities, events }: DatabaseOptions) {
    this.#events = events;
    this.orm = new MikroORM({
      clientUrl: url,
      entities,
      forceUtcTimezone: true,
      pool: { min: 0, max: poolSize },
      driverOptions: {
        application_name: 'latchkey',
        connectionTimeoutMillis: 2000,
        statement_timeout: 10_000,
        lock_timeout: 5000,
        idle_in_transaction_session_timeout: 10_000,
      },
    });
  }

  /** Reads without a transaction. @throws AuthError UNAVAILABLE past the deadline */
  read<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return withinDeadline(() => work(this.orm.em.fork()));
  }

  /**
   * Runs `work` in one transaction and commits what it changed. Listeners hear of its events afterwards.
   * What answers too late is rolled back, so that a caller who was told "unavailable" finds nothing half done.
   * @throws AuthError UNAVAILABLE past the deadline
   */
  async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const recorded: AuthEvent[] = [];
    const result = await withinDeadline((assertInTime) =>
      this.orm.em.fork().transactional(async (em) => {
        const answer = await work({ em, record: (event) => recorded.push(this.#events.write(em, event)) });
        await em.flush();
        assertInTime();
        return answer;
      }),
    );
    await this.#events.publish(recorded);
    return result;
  }

  /** @throws what the driver throws when PostgreSQL does not answer */
  async ping(): Promise<void> {
    await withinDeadline(() => this.orm.em.getConnection().execute('select 1'));
  }

  async close(): Promise<void> {
    await this.orm.close(true);
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
  } finally {
    clearTimeout(timer);
  }
};
