import { randomBytes } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { createAuth } from '../src/index.ts';

/** Two ways into the PostgreSQL of the tests. */
export interface TestPostgres {
  /** As the application connects: no superuser. */
  url: string;
  superuserUrl: string;
}

const TEMPLATE = 'latchkey_template';

/** A migrated database that each test clones. */
export const makeTemplateDatabase = async ({ url, superuserUrl }: TestPostgres): Promise<void> => {
  await query(superuserUrl, `create database ${TEMPLATE} owner latchkey`);
  const auth = await createAuth({ databaseUrl: inDatabase(url, TEMPLATE) });
  await auth.close();
};

/** A database of one test: gone when the test is. */
export interface TestDatabase extends AsyncDisposable {
  url: string;
  /** As the superuser, who may look at and change everything. */
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
}

/** `isEmpty`: without the schema, for tests of migrations. */
export const createTestDatabase = async (postgres: TestPostgres, { isEmpty = false } = {}): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(postgres.superuserUrl, `create database ${name} owner latchkey ${isEmpty ? '' : `template ${TEMPLATE}`}`);
  const client = new Client({ connectionString: inDatabase(postgres.superuserUrl, name) });
  // Tests stop and cut off the database on purpose.
  client.on('error', () => {});
  await client.connect();
  return {
    url: inDatabase(postgres.url, name),
    query: async (sql, values) => (await client.query(sql, values)).rows,
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await query(postgres.superuserUrl, `drop database ${name} with (force)`);
    },
  };
};

const inDatabase = (url: string, name: string): string => Object.assign(new URL(url), { pathname: name }).href;

const query = async (url: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};
