import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/postgres/embedded-postgres.ts';
import { PostgresCpu } from './postgres-cpu.ts';

const GOODBYE_ATTEMPTS = 50;
const GOODBYE_INTERVAL_MS = 100;

/** A PostgreSQL of the benchmark's own. */
export interface DisposablePostgres {
  folder: string;
  databaseUrl: string;
  superuserUrl: string;
  cpu: PostgresCpu;
}

/** A temporary folder and a PostgreSQL in it; both are gone when `resources` are disposed of. */
export const startDisposablePostgres = async (
  resources: AsyncDisposableStack,
  onProgress: (message: string) => void,
): Promise<DisposablePostgres> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  // As root, PostgreSQL runs under another account, which has to get to its own folder below.
  await chmod(folder, 0o711);

  const starting = startEmbeddedPostgres({ folder: join(folder, 'postgres'), isDisposable: true, onProgress });
  resources.defer(async () => {
    const postgres = await starting.catch(() => null);
    if (postgres === null) return;
    await waitUntilAlone(postgres);
    await postgres.stop();
  });
  const { url: databaseUrl, superuserUrl } = await starting;
  return { folder, databaseUrl, superuserUrl, cpu: await PostgresCpu.of(join(folder, 'postgres/data')) };
};

/** A server that other clients still work with would not stop. */
const waitUntilAlone = async ({ superuserUrl }: EmbeddedPostgres): Promise<void> => {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    for (let attempt = 0; attempt < GOODBYE_ATTEMPTS; attempt += 1) {
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
      if (rowCount === 0) return;
      await sleep(GOODBYE_INTERVAL_MS);
    }
  } finally {
    await client.end();
  }
};
