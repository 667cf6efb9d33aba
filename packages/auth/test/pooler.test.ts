import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { createAuth } from '../src/index.ts';
import { Browser, loggedIn, registered } from './browser.ts';
import { createTestAuth, createTestDatabase, type TestDatabase } from './create-test-auth.ts';
import { readEvents } from './event-reader.ts';
import { eventually } from './eventually.ts';

const CONFIG = join(import.meta.dirname, '../../../docker/pgbouncer/pgbouncer.ini');

const hasPooler = spawnSync('pgbouncer', ['--version']).status === 0;
if (!hasPooler) process.stderr.write('Skipped: pgbouncer is not on this machine, so nothing is tried behind it.\n');

const findFreePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
};

/** The configuration of the repository, in front of a database of this test, with so few connections that they are shared. */
const startPooler = async (database: TestDatabase) => {
  const { hostname, port: databasePort, pathname, username, password } = new URL(database.url);
  const port = await findFreePort();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-pgbouncer-'));
  const config = (await readFile(CONFIG, 'utf8'))
    .replace('latchkey = host=postgres port=5432 dbname=latchkey', `* = host=${hostname} port=${databasePort}`)
    .replace('listen_addr = 0.0.0.0', 'listen_addr = 127.0.0.1')
    .replace('listen_port = 6432', `listen_port = ${port}`)
    .replace('/tmp/userlist.txt', join(folder, 'userlist.txt'))
    .replace('default_pool_size = 20', 'default_pool_size = 2');
  await writeFile(join(folder, 'pgbouncer.ini'), config);
  await writeFile(join(folder, 'userlist.txt'), `"${username}" "${password}"\n`);
  // It refuses to run as root, and the account that it takes instead has to get to its files.
  await chmod(folder, 0o755);
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const pooler = spawn('pgbouncer', [...asNobody, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  const url = `postgresql://${username}:${password}@127.0.0.1:${port}${pathname}`;
  await eventually(() => query(url, 'select 1').then(Boolean, () => false)).toBe(true);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      pooler.kill('SIGKILL');
      await once(pooler, 'close');
      await rm(folder, { recursive: true });
    },
  };
};

const query = async (url: string, sql: string) => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

/** Two instances behind the pooler. */
const setScene = async () => {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await createTestDatabase(inject('postgres')));
  // As everywhere but in the PostgreSQL of the tests.
  await database.query(`alter database ${new URL(database.url).pathname.slice(1)} set synchronous_commit = on`);
  const pooler = resources.use(await startPooler(database));
  const options = { database: { ...database, url: pooler.url }, databaseDirectUrl: database.url };
  const here = resources.use(await createTestAuth(options));
  const there = resources.use(await createTestAuth(options));
  const kept = resources.move();
  return { database, pooler, here, there, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

describe.skipIf(!hasPooler)('behind a real PgBouncer that pools transactions', () => {
  test('many log in at once over two connections, and a revocation holds on the other instance at once', async () => {
    await using scene = await setScene();
    const { here, there, database } = scene;
    const browsers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => registered(here, `user-${index}@example.com`)),
    );
    for (const browser of browsers) {
      const elsewhere = Object.assign(new Browser(there), { cookie: browser.cookie });
      expect((await elsewhere.rest('GET', '/me')).status).toBe(200);
      await browser.rest('POST', '/auth/logout');
      expect((await elsewhere.rest('GET', '/me')).body.error.code).toBe('SESSION_ENDED');
    }
    const [pooled] = await database.query(
      `select count(*)::int as connections from pg_stat_activity where application_name = 'latchkey' and datname = current_database()`,
    );
    expect(pooled?.connections).toBeLessThanOrEqual(2);
  });

  test('streams hear of what happens on the other instance', async () => {
    await using scene = await setScene();
    const { here, there } = scene;
    const ada = await registered(here, 'ada@example.com');
    const phone = await loggedIn(here, 'ada@example.com');
    await using stream = await readEvents(there, phone);
    await ada.rest('DELETE', '/auth/sessions/all');
    expect((await stream.next())?.data).toMatchObject({ error: { code: 'SESSION_ENDED' } });
  });

  test('what one connection is set to does not reach another one; the limits of time hold', async () => {
    await using scene = await setScene();
    const { here, pooler } = scene;
    await registered(here, 'ada@example.com');
    await Promise.all(Array.from({ length: 5 }, () => new Browser(here).login('ada@example.com')));
    const shown = async (name: string) => {
      const rows = await Promise.all(Array.from({ length: 4 }, () => query(pooler.url, `show ${name}`)));
      return new Set(rows.map(([row]) => row?.[name]));
    };
    expect(await shown('statement_timeout')).toEqual(new Set(['4s']));
    expect(await shown('lock_timeout')).toEqual(new Set(['3s']));
    expect(await shown('idle_in_transaction_session_timeout')).toEqual(new Set(['4s']));
    // Limits do without waiting for the disk, sessions without writing: both on connections of their own.
    expect(await shown('synchronous_commit')).toEqual(new Set(['on']));
    expect(await shown('default_transaction_read_only')).toEqual(new Set(['off']));
    expect(await shown('enable_seqscan')).toEqual(new Set(['on']));
  });

  test('instances that start at once on an empty database leave one whole schema', async () => {
    await using database = await createTestDatabase(inject('postgres'), { isEmpty: true });
    await using pooler = await startPooler(database);
    const options = { databaseUrl: pooler.url, databaseDirectUrl: database.url };
    const auths = await Promise.all(Array.from({ length: 3 }, () => createAuth(options)));
    await Promise.all(auths.map((auth) => auth.close()));
    const [row] = await database.query(
      'select count(*)::int as all, count(distinct name)::int as distinct from auth.migration',
    );
    expect(row?.all).toBeGreaterThan(10);
    expect(row?.distinct).toBe(row?.all);
  });

  test('with every connection of the pooler in use sessions are checked, and the rest is asked to come back', async () => {
    await using scene = await setScene();
    const { here, pooler } = scene;
    const ada = await registered(here, 'ada@example.com');
    const holders = [1, 2].map(() => new Client({ connectionString: pooler.url }));
    for (const holder of holders) {
      holder.on('error', () => {});
      await holder.connect();
      await holder.query('begin');
    }
    expect((await ada.rest('GET', '/auth/session')).status).toBe(200);
    await here.auth.ping();
    const { status, headers } = await ada.rest('GET', '/auth/sessions');
    expect([status, Number(headers['retry-after']) > 0]).toEqual([503, true]);
    for (const holder of holders) await holder.end();
    await eventually(async () => (await ada.rest('GET', '/auth/sessions')).status).toBe(200);
  });
});
