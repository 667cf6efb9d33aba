import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { unavailable } from '../../kernel/auth-error.ts';
import { translateDatabaseError } from '../../kernel/database-away.ts';
import type { CheckSource } from '../../kernel/metrics/labels.ts';
import type { Metrics } from '../../kernel/metrics/metrics.ts';
import type { Logger } from '../../kernel/ports.ts';
import { CHECKED_COLUMNS, type CheckedColumns, type CheckedSession, toCheckedSession } from './checked-session.ts';
import { runPrepared } from './prepared-statement.ts';

interface Waiter {
  key: string;
  source: CheckSource;
  deadline: number;
  resolve(row: CheckedSession | null): void;
  reject(error: unknown): void;
}

interface Connection {
  client: Client;
  underway: Waiter[];
}

interface SessionCheckOptions {
  databaseUrl: string;
  logger: Logger;
  metrics: Metrics;
  /** By what sessions are found. */
  lookup: SessionLookup;
}

interface Statement {
  name: string;
  query_timeout: number;
  text: string;
}

/** How sessions are found: the statements for one and for many, and how a key is written for PostgreSQL. */
export interface SessionLookup {
  one: Statement;
  many: Statement;
  literal(key: string): string;
}

const CONNECTIONS = 2;
const MAX_BATCH = 500;
const MAX_WAITING = 10_000;
const DEADLINE_MS = 2000;
const SWEEP_MS = 250;
const RECONNECT_MS = 250;
const CLOSE_MS = 1000;

/** A session may do all that its user may. */
const SESSIONS = '(select *, null::text[] as scopes from auth.session)';

const LITERALS = { bytea: (hash: string) => `\\x${hash}`, uuid: (id: string) => id };

const lookupBy = (column: string, type: keyof typeof LITERALS, rows: string): SessionLookup => {
  const found = `select ${CHECKED_COLUMNS} from ${rows} s join auth."user" u on u.id = s.user_id where s.${column} =`;
  return {
    one: { name: 'session-check-one', query_timeout: DEADLINE_MS, text: `${found} $1` },
    many: {
      name: 'session-check-many',
      query_timeout: DEADLINE_MS,
      // Its place among those that were asked for comes last.
      text: `select found.*, asked.position from unnest($1::${type}[]) with ordinality as asked(key, position)
        cross join lateral (${found} asked.key) found`,
    },
    literal: LITERALS[type],
  };
};

/** Keys are SHA-256 hashes of tokens, in hexadecimal. `rows`: a table, or a query, with the columns of a session. */
export const byTokenHash = (rows = SESSIONS): SessionLookup => lookupBy('token_hash', 'bytea', rows);

/** Keys are ids, which say nothing about who knows them: for what was proved by a signature. */
export const byId = (): SessionLookup => lookupBy('id', 'uuid', SESSIONS);

/** An index scan is right at every table size; planning again for each batch is not. */
const CONNECTION_SETTINGS = {
  query_timeout: DEADLINE_MS,
  text: `
    set plan_cache_mode = force_generic_plan;
    set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;
    set default_transaction_read_only = on;
    set statement_timeout = ${DEADLINE_MS}`,
};

/**
 * Asks PostgreSQL about session tokens, each time, without ORM and without cache. Checks that arrive
 * together travel together: what waits goes out in one prepared statement as soon as one of the two
 * connections is free. They are connections of their own, so a busy pool cannot starve a check.
 */
export class SessionCheck {
  readonly #databaseUrl: string;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #lookup: SessionLookup;
  #waiting: Waiter[] = [];
  #connections: Connection[] = [];
  #connecting = 0;
  #retryAt = 0;
  #isPumpScheduled = false;
  #isQuiet = true;
  #isClosed = false;
  #isHolding = false;
  #sweeper: NodeJS.Timeout | null = null;

  constructor({ databaseUrl, logger, metrics, lookup }: SessionCheckOptions) {
    this.#metrics = metrics;
    this.#databaseUrl = databaseUrl;
    this.#logger = logger;
    this.#lookup = lookup;
  }

  /**
   * Opens its connections and keeps them open: once somebody else has taken all that PostgreSQL gives, it would be
   * too late.
   */
  start(): void {
    this.#isHolding = true;
    this.#hold();
  }

  /**
   * @param key what the lookup finds sessions by
   * @param source on whose behalf, for the metrics
   * @returns the session, ended ones included, or null when there is none
   * @throws AuthError UNAVAILABLE when too many wait or the database does not answer in time
   */
  find(key: string, source: CheckSource): Promise<CheckedSession | null> {
    if (this.#isClosed || this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(unavailable(new Error('Too many session checks wait for the database')));
    }
    const { promise, resolve, reject } = Promise.withResolvers<CheckedSession | null>();
    this.#waiting.push({ key, source, deadline: performance.now() + DEADLINE_MS, resolve, reject });
    // While checks come one by one, waiting for others to travel with only costs time.
    if (this.#isQuiet && this.#connections.every(({ underway }) => underway.length === 0)) this.#pump();
    else this.#schedulePump();
    return promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#rejectAll(this.#waiting.splice(0), unavailable(new Error('The service is stopping')));
    const ended = this.#connections.splice(0).map(({ client }) => client.end().catch(() => {}));
    // A frozen peer does not say goodbye.
    await Promise.race([Promise.all(ended), delay(CLOSE_MS, undefined, { ref: false })]);
  }

  #hold(): void {
    const missing = CONNECTIONS - this.#connections.length - this.#connecting;
    if (this.#isHolding && !this.#isClosed) for (let n = 0; n < missing; n += 1) void this.#connect();
  }

  /** Once per turn of the event loop, so that requests which were read together are asked together. */
  #schedulePump(): void {
    if (this.#isPumpScheduled) return;
    this.#isPumpScheduled = true;
    setImmediate(() => {
      this.#isPumpScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#isClosed || this.#waiting.length === 0) return;
    this.#startSweeper();
    for (const connection of this.#connections) {
      if (connection.underway.length > 0) continue;
      this.#ask(connection, this.#waiting.splice(0, MAX_BATCH));
      if (this.#waiting.length === 0) return;
    }
    if (this.#connections.length + this.#connecting < CONNECTIONS) void this.#connect();
  }

  #ask(connection: Connection, batch: Waiter[]): void {
    connection.underway = batch;
    this.#isQuiet = batch.length === 1;
    this.#query(connection.client, batch).then(
      (rows) => {
        this.#settle(connection, batch);
        this.#measure(batch);
        for (const [index, waiter] of batch.entries()) waiter.resolve(rows[index] ?? null);
      },
      (error: Error) => {
        this.#settle(connection, batch);
        this.#rejectAll(batch, error);
      },
    );
  }

  async #query(client: Client, batch: Waiter[]): Promise<(CheckedSession | null)[]> {
    const { one, many, literal } = this.#lookup;
    const [first] = batch;
    if (first !== undefined && batch.length === 1) {
      const [row] = await runPrepared(client, one.name, literal(first.key));
      return [row === undefined ? null : toCheckedSession(row as CheckedColumns)];
    }
    const keys = `{${batch.map(({ key }) => `"${literal(key).replace('\\', '\\\\')}"`).join(',')}}`;
    const answers: (CheckedSession | null)[] = new Array(batch.length).fill(null);
    for (const row of await runPrepared(client, many.name, keys)) {
      answers[Number(row.at(-1)) - 1] = toCheckedSession(row as CheckedColumns);
    }
    return answers;
  }

  #settle(connection: Connection, batch: Waiter[]): void {
    if (connection.underway === batch) connection.underway = [];
    if (this.#waiting.length > 0) this.#schedulePump();
  }

  async #connect(): Promise<void> {
    const wait = this.#retryAt - performance.now();
    this.#connecting += 1;
    if (wait > 0) await delay(wait, undefined, { ref: false });
    if (this.#isClosed) return;
    const client = new Client({
      connectionString: this.#databaseUrl,
      application_name: 'latchkey-session-check',
      connectionTimeoutMillis: DEADLINE_MS,
      keepAlive: true,
    });
    const connection: Connection = { client, underway: [] };
    client.on('error', (error) => this.#drop(connection, error));
    client.on('end', () => this.#drop(connection, new Error('Connection terminated')));
    try {
      await client.connect();
      await client.query(CONNECTION_SETTINGS);
      const { one, many } = this.#lookup;
      for (const statement of [one, many]) await client.query({ ...statement, values: [null] });
      this.#connections.push(connection);
    } catch (error) {
      this.#retryAt = performance.now() + RECONNECT_MS;
      this.#drop(connection, error as Error);
      if (this.#connections.length === 0) this.#rejectAll(this.#waiting.splice(0), error as Error);
    } finally {
      this.#connecting -= 1;
    }
    if (this.#isClosed) this.#drop(connection, new Error('The service is stopping'));
    this.#hold();
    this.#schedulePump();
  }

  #drop(connection: Connection, error: Error): void {
    const index = this.#connections.indexOf(connection);
    if (index >= 0) {
      this.#connections.splice(index, 1);
      this.#logger.warn({ err: error }, 'A connection for session checks was lost');
    }
    this.#rejectAll(connection.underway.splice(0), error);
    connection.client.end().catch(() => {});
    this.#hold();
    this.#schedulePump();
  }

  /** A frozen database neither answers nor fails: what is overdue is told, and its connection given up. */
  #startSweeper(): void {
    this.#sweeper ??= setInterval(() => {
      const now = performance.now();
      const overdue = unavailable(new Error('The database did not answer in time'));
      for (const connection of [...this.#connections]) {
        if (connection.underway.some(({ deadline }) => deadline < now)) this.#drop(connection, overdue);
      }
      const firstInTime = this.#waiting.findIndex(({ deadline }) => deadline >= now);
      this.#rejectAll(this.#waiting.splice(0, firstInTime < 0 ? this.#waiting.length : firstInTime), overdue);
    }, SWEEP_MS).unref();
  }

  /** What fails is timed as well: it is what takes longest. */
  #measure(waiters: Waiter[]): void {
    const now = performance.now();
    for (const { source, deadline } of waiters) {
      this.#metrics.sessionCheck(source, (now - deadline + DEADLINE_MS) / 1000);
    }
  }

  #rejectAll(waiters: Waiter[], error: Error): void {
    this.#measure(waiters);
    for (const waiter of waiters) waiter.reject(translateDatabaseError(error));
  }
}
