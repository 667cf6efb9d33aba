import { createAuth } from '@latchkey/auth';
import { Pool } from 'pg';

/** An app that embeds Latchkey and writes down what its subscriber is told, until it is killed. */
const { DATABASE_URL = '' } = process.env;

const pool = new Pool({ connectionString: DATABASE_URL, max: 4 });
await createAuth(
  { databaseUrl: DATABASE_URL, password: { workers: 1 } },
  {
    subscribers: [
      { name: 'crm', handle: async ({ id }) => void (await pool.query('insert into heard (id) values ($1)', [id])) },
    ],
  },
);
process.stdout.write('Subscribed\n');
