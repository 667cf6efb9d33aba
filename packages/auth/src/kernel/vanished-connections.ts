import type { Pool, PoolClient } from 'pg';

/** A little longer than PostgreSQL itself lets anything go on in a connection of the pool. */
const MAX_USE_MS = 5000;
const SWEEP_MS = 500;

/**
 * Ends connections that are in use for longer than PostgreSQL would allow. Their peer has vanished without a word, as
 * when its host dies: TCP finds out after a quarter of an hour, and until then the pool would be full of them.
 */
export const giveUpVanished = (pool: Pool): void => {
  const inUse = new Map<PoolClient, number>();
  const sweeper = setInterval(() => {
    const longAgo = performance.now() - MAX_USE_MS;
    for (const [client, since] of inUse) {
      // What waits for an answer fails, its transaction is over, and the pool drops the connection.
      if (since < longAgo) end(client);
    }
  }, SWEEP_MS).unref();
  pool.on('acquire', (client) => inUse.set(client, performance.now()));
  pool.on('release', (_error, client) => {
    inUse.delete(client);
    if (pool.ended) clearInterval(sweeper);
  });
};

/** The driver's types keep it from those who only borrow a connection. */
const end = (client: PoolClient): void => {
  if ('end' in client && client.end instanceof Function) client.end();
};
