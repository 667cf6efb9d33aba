import { setTimeout as delay } from 'node:timers/promises';
import type { MigrationObject } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { Client } from 'pg';

interface MigrateOptions {
  url: string;
  entities: NonNullable<Options['entities']>;
  migrations: MigrationObject[];
}

/** "latchkey" as a number: the advisory lock that migrating instances wait for. */
const LOCK = 0x6c61_7463;

const OLDEST_POSTGRES = 13;

/**
 * A change of a table waits for all who use it, and whoever comes after waits for the change: so it waits for no more
 * than a moment, lets the others pass, and tries again.
 */
const LOCK_TIMEOUT_MS = 1000;
const LOCK_ATTEMPTS = 40;
const BETWEEN_ATTEMPTS_MS = 500;

/** SQLSTATE lock_not_available. */
const LOCK_NOT_AVAILABLE = '55P03';

/** A host that dies in the middle of a migration keeps the others waiting for half a minute, not for two hours. */
const NOTICE_DEAD_PEER = 'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';

/**
 * Brings the schema up to date; answers the names of the migrations that ran. Any number of instances may call
 * it at once: one works, the others wait and find nothing left to do.
 */
export const migrate = async ({ url, entities, migrations }: MigrateOptions): Promise<string[]> => {
  const guard = new Client({
    connectionString: url,
    application_name: 'latchkey-migrate',
    connectionTimeoutMillis: 5000,
  });
  // Without a listener a lost connection would end the process; what waits for an answer fails by itself.
  guard.on('error', () => {});
  await guard.connect();
  try {
    await assertVersion(guard);
    await guard.query(NOTICE_DEAD_PEER);
    await guard.query('select pg_advisory_lock($1)', [LOCK]);
    // Whoever lacks the right to make schemas may still have been given one.
    const { rows } = await guard.query(`select 1 where to_regnamespace('auth') is null`);
    if (rows.length > 0) await createSchema(guard);
    return await migrateBetweenOthers({ url, entities, migrations });
  } finally {
    await guard.end();
  }
};

/** Those of `names` that have not run on a database. */
export const listPending = async (url: string, names: string[]): Promise<string[]> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows: tables } = await client.query(`select 1 where to_regclass('auth.migration') is not null`);
    if (tables.length === 0) return names;
    const { rows } = await client.query<{ name: string }>('select name from auth.migration');
    const done = new Set(rows.map(({ name }) => name));
    return names.filter((name) => !done.has(name));
  } finally {
    await client.end();
  }
};

const assertVersion = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  if (major < OLDEST_POSTGRES) throw new Error(`PostgreSQL ${OLDEST_POSTGRES} or newer is needed; this is ${major}.`);
};

const createSchema = async (client: Client): Promise<void> => {
  await client.query('create schema auth').catch((cause: Error) => {
    throw new Error(`The schema "auth" cannot be made: ${cause.message}. GRANT CREATE ON DATABASE … TO the role.`, {
      cause,
    });
  });
};

/** All of them in one transaction, which is rolled back when a table cannot be had. */
const migrateBetweenOthers = async (options: MigrateOptions): Promise<string[]> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runMigrations(options);
    } catch (error) {
      if (attempt === LOCK_ATTEMPTS || !isLockTimeout(error)) throw error;
      await delay(BETWEEN_ATTEMPTS_MS);
    }
  }
};

const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === LOCK_NOT_AVAILABLE) || isLockTimeout(error.cause));

/** With an ORM of its own: the pool of the service stops statements that take as long as a migration may. */
const runMigrations = async ({ url, entities, migrations }: MigrateOptions): Promise<string[]> => {
  const orm = new MikroORM({
    clientUrl: url,
    entities,
    extensions: [Migrator],
    pool: { min: 0, max: 1 },
    driverOptions: {
      application_name: 'latchkey-migrate',
      connectionTimeoutMillis: 5000,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: 60_000,
    },
    migrations: { tableName: 'auth.migration', migrationsList: migrations, snapshot: false, silent: true },
  });
  try {
    return (await orm.migrator.up()).map(({ name }) => name);
  } finally {
    await orm.close(true);
  }
};
