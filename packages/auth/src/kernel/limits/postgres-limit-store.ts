import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../ports.ts';
import type { LimitCounter, LimitStore } from './limit-store.ts';

interface PostgresLimitStoreOptions {
  databaseUrl: string;
  logger: Logger;
  metrics: Metrics;
}

const DEADLINE_MS = 2000;
const CLOSE_MS = 2000;
const PURGE_INTERVAL_MS = 60_000;
const PURGE_BATCH = 5000;

/** A minute later than they could, because clocks of instances differ. */
const PURGE = `
  delete from auth.rate_limit where key in (
    select key from auth.rate_limit
    where expire < (extract(epoch from now()) - 60) * 1000
    order by expire limit ${PURGE_BATCH} for update skip locked
  )`;

/**
 * Counts in PostgreSQL, on connections of its own: a pool that is busy with other things cannot starve it. One
 * guarded statement counts, so instances share the limits exactly, and nothing is kept in memory.
 */
export class PostgresLimitStore implements LimitStore {
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #purging: NodeJS.Timeout;

  constructor({ databaseUrl, logger, metrics }: PostgresLimitStoreOptions) {
    this.#logger = logger;
    this.#pool = new Pool({
      connectionString: databaseUrl,
      application_name: 'latchkey-limits',
      max: 4,
      connectionTimeoutMillis: DEADLINE_MS,
      statement_timeout: DEADLINE_MS,
      // The same for a peer that is frozen.
      query_timeout: DEADLINE_MS,
      // A crash of PostgreSQL may forget the attempts of its last moments, but no attempt waits for the disk.
      onConnect: (client) => client.query('set synchronous_commit = off'),
    });
    metrics.pools.watch('limits', this.#pool);
    this.#pool.on('error', (err) => logger.warn({ err }, 'A connection for limits was lost'));
    this.#purging = setInterval(() => void this.purge(), PURGE_INTERVAL_MS).unref();
  }

  createCounter(options: Parameters<LimitStore['createCounter']>[0]): LimitCounter {
    return new RateLimiterPostgres({
      ...options,
      storeClient: this.#pool,
      schemaName: 'auth',
      tableName: 'rate_limit',
      tableCreated: true,
      clearExpiredByTimeout: false,
    });
  }

  /** Removes what has run out, in batches, so that nobody who counts has to wait for it. */
  async purge(): Promise<void> {
    try {
      const batch = { removed: PURGE_BATCH };
      while (batch.removed === PURGE_BATCH) batch.removed = (await this.#pool.query(PURGE)).rowCount ?? 0;
    } catch (err) {
      this.#logger.warn({ err }, 'Limits that have run out could not be removed');
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#purging);
    // A frozen peer does not say goodbye.
    await Promise.race([this.#pool.end(), delay(CLOSE_MS, undefined, { ref: false })]);
  }
}
