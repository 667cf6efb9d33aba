import type { Pool, PoolClient } from 'pg';

/** A little longer than PostgreSQL itself lets anything go on in a connection of the pool. */
const MAX_USE_MS = 5000;

/** Whoever used a connection that was lost finds out at once, and has given it back long before. */
const GRACE_MS = 500;
const SWEEP_MS = 500;

interface Use {
  since: number;
  /** When the connection was lost meanwhile. */
  lostAt: number | null;
}

/**
 * Keeps the pool from filling up with connections that are of no use.
 *
 * - One that is in use for longer than PostgreSQL would allow has a peer that vanished without a word, as when its host
 *   dies: TCP finds out after a quarter of an hour. It is ended, so that what waits for an answer fails.
 * - One that is lost in the middle of a transaction is not given back by Kysely, whose `rollback` fails on it: nobody
 *   could ever have its place again.
 *
 * Answers how to leave off, for when the pool is closed.
 */
export const giveUpLost = (pool: Pool): (() => void) => {
  const uses = new Map<PoolClient, Use>();
  const sweep = () => {
    const now = performance.now();
    for (const [client, use] of uses) {
      if (use.lostAt !== null && now - use.lostAt > GRACE_MS) client.release(true);
      else if (use.lostAt === null && now - use.since > MAX_USE_MS) {
        use.lostAt = now;
        end(client);
      }
    }
  };
  const sweeper = setInterval(sweep, SWEEP_MS).unref();
  pool.on('connect', (client) =>
    client.once('end', () => {
      const use = uses.get(client);
      if (use !== undefined) use.lostAt = performance.now();
    }),
  );
  pool.on('acquire', (client) => uses.set(client, { since: performance.now(), lostAt: null }));
  pool.on('release', (_error, client) => uses.delete(client));
  return () => clearInterval(sweeper);
};

/** The driver's types keep it from those who only borrow a connection. */
const end = (client: PoolClient): void => {
  if ('end' in client && client.end instanceof Function) client.end();
};
