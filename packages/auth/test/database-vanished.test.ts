import { Client } from 'pg';
import { expect, inject, test } from 'vitest';
import { Browser, registered } from './browser.ts';
import { createTestAuth, createTestDatabase } from './create-test-auth.ts';
import { createDatabaseProxy } from './database-proxy.ts';
import { eventually } from './eventually.ts';

test('when every connection of the pool leads to a host that vanished, the service finds new ones by itself', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using proxy = await createDatabaseProxy(database.url);
  await using t = await createTestAuth({ database: { ...database, url: proxy.url }, databasePoolSize: 2 });
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('GET', '/auth/sessions');

  proxy.vanish();
  const answers = await Promise.all([1, 2, 3].map(() => ada.rest('GET', '/auth/sessions')));
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);

  await eventually(async () => (await ada.rest('GET', '/auth/sessions')).status).toBe(200);
  await eventually(async () => (await new Browser(t).login('ada@example.com')).status).toBe(200);
  // Deadlines of several seconds come one after the other.
}, 60_000);

test('a connection that is lost in the middle of a transaction takes no place in the pool with it', async () => {
  await using t = await createTestAuth({ databasePoolSize: 2 });
  const ada = await registered(t, 'ada@example.com');
  const holder = new Client({ connectionString: t.database.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select 1 from auth."user" for update');
  const ofThePool = `application_name = 'latchkey' and wait_event_type = 'Lock' and datname = current_database()`;
  const stuck = [1, 2].map((n) => ada.rest('PATCH', '/me', { body: { name: `Ada ${n}` } }));
  await eventually(() =>
    t.database.query(`select count(*)::int as waiting from pg_stat_activity where ${ofThePool}`),
  ).toEqual([{ waiting: 2 }]);

  await t.database.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${ofThePool}`);
  for (const { status } of await Promise.all(stuck)) expect(status).toBe(503);
  await holder.end();

  await eventually(async () => (await ada.rest('GET', '/auth/sessions')).status).toBe(200);
  await eventually(async () => (await ada.rest('PATCH', '/me', { body: { name: 'Ada' } })).status).toBe(200);
}, 60_000);
