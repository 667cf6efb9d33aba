import { Client } from 'pg';
import type { Response } from 'supertest';
import { expect, test } from 'vitest';
import { Browser, registered } from './browser.ts';
import { createTestAuth, PASSWORD } from './create-test-auth.ts';
import { eventually } from './eventually.ts';

const expectUnavailable = ({ status, body, headers }: Response) => {
  expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE']);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
};

test('with every connection of the pool in use sessions are checked and readiness is told; the rest is asked to come back', async () => {
  await using t = await createTestAuth({ databasePoolSize: 2 });
  const ada = await registered(t, 'ada@example.com');
  const holder = new Client({ connectionString: t.database.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select 1 from auth."user" for update');
  const stuck = [1, 2].map((n) => ada.rest('PATCH', '/me', { body: { name: `Ada ${n}` } }));
  await eventually(() =>
    t.database.query(
      `select count(*)::int as waiting from pg_stat_activity
       where application_name = 'latchkey' and wait_event_type = 'Lock' and datname = current_database()`,
    ),
  ).toEqual([{ waiting: 2 }]);

  expect((await ada.rest('GET', '/auth/session')).status).toBe(200);
  await t.auth.ping();
  expectUnavailable(await ada.rest('GET', '/auth/sessions'));

  for (const answer of await Promise.all(stuck)) expectUnavailable(answer);
  await holder.end();
  await eventually(async () => (await ada.rest('PATCH', '/me', { body: { name: 'Ada' } })).status).toBe(200);
});

test('with all connections taken by another client sessions are checked on those that the service holds', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await t.auth.ping();
  const name = new URL(t.database.url).pathname.slice(1);
  const held = () =>
    t.database.query(
      `select count(*)::int as held from pg_stat_activity
       where application_name = 'latchkey-session-check' and datname = current_database()`,
    );
  await eventually(held).toEqual([{ held: 2 }]);
  // Those of the pool come back to nothing, as if somebody had been faster.
  await t.database.query(`alter database ${name} connection limit 0`);
  await t.database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name in ('latchkey', 'latchkey-limits') and datname = current_database()`,
  );

  const sessions = () => ada.rest('GET', '/auth/sessions');
  await eventually(async () => (await sessions()).body.error?.code).toBe('UNAVAILABLE');
  expect((await ada.rest('GET', '/auth/session')).status).toBe(200);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
  await t.auth.ping();
  expectUnavailable(await sessions());
  expectUnavailable(await new Browser(t).login('ada@example.com', PASSWORD));

  await t.database.query(`alter database ${name} connection limit -1`);
  await eventually(async () => (await sessions()).status).toBe(200);
});

test('a lost connection for session checks comes back before anybody asks for it', async () => {
  await using t = await createTestAuth();
  const pids = () =>
    t.database.query(
      `select pid from pg_stat_activity
       where application_name = 'latchkey-session-check' and datname = current_database() order by pid`,
    );
  await eventually(async () => (await pids()).length).toBe(2);
  const [lost] = await pids();
  await t.database.query('select pg_terminate_backend($1)', [lost?.pid]);
  await eventually(async () => (await pids()).filter(({ pid }) => pid !== lost?.pid).length).toBe(2);
});
