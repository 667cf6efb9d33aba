import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/postgres/embedded-postgres.ts';
import { type Instance, type InstanceOptions, startInstance } from './instance.ts';

/** A PostgreSQL of one's own, to which anything may happen, and instances of the product on it. */
export interface Stage extends AsyncDisposable {
  databaseUrl: string;
  superuserUrl: string;
  /** Where the cluster is. */
  dataFolder: string;
  /** Starts an instance, which ends with the stage. */
  start(options?: Omit<InstanceOptions, 'databaseUrl'>): Promise<Instance>;
}

export const setStage = async (onProgress: (message: string) => void = () => {}): Promise<Stage> => {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-chaos-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  // As root, PostgreSQL runs under another account, which has to get to its own folder below.
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), onProgress });
  resources.defer(() => postgres.stop());
  const kept = resources.move();
  return {
    databaseUrl: postgres.url,
    superuserUrl: postgres.superuserUrl,
    dataFolder: join(folder, 'postgres', 'data'),
    start: async (options = {}) => kept.use(await startInstance({ ...options, databaseUrl: postgres.url })),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

/** Something done in the database of the product by somebody who may do anything. */
export const withSuperuser = async <T>(
  { superuserUrl, databaseUrl }: Pick<Stage, 'superuserUrl' | 'databaseUrl'>,
  work: (client: Client) => Promise<T>,
): Promise<T> => {
  const { pathname } = new URL(databaseUrl);
  const client = new Client({ connectionString: Object.assign(new URL(superuserUrl), { pathname }).href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
