import { expect, inject, test } from 'vitest';
import { createTestAuth, createTestDatabase, type TestAuth } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';
import type { Subscriber } from '../../kernel/outbox/subscriber.ts';

/** Sealed events of the last `days` days, so many each, the oldest first. */
const setScene = async (eventsDays: number, perDay = 10, days = 30) => {
  const database = await createTestDatabase(inject('postgres'));
  await using filling = await createTestAuth({ database, retention: { eventsDays: 0 } });
  await addEvents(filling, perDay, days);
  await filling.auth.maintain();
  const t = await createTestAuth({ database, retention: { eventsDays } });
  return {
    t,
    tamper: async (sql: string) => {
      await database.query(`set session_replication_role = replica; ${sql}; set session_replication_role = default`);
    },
    [Symbol.asyncDispose]: async () => {
      await t[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

const addEvents = (t: TestAuth, perDay: number, days: number) =>
  t.database.query(
    `insert into auth.event (id, occurred_at, type, ip_address, trace_id, data)
     select ('019a0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - make_interval(hours => 24 * ($2::int - n / $1::int)) + interval '1 hour',
       'user.login', '203.0.113.7', 'trace', jsonb_build_object('n', n)
     from generate_series(0, $1::int * $2::int - 1) n`,
    [perDay, days],
  );

const eventsIn = async (t: TestAuth) => (await t.events()).length;

test('events that are old enough go with their seals, and the log verifies from where they left off', async () => {
  await using scene = await setScene(20);
  const { t } = scene;
  const before = await t.auth.verifyAuditLog();
  await t.auth.maintain();
  await t.auth.maintain();

  expect(await t.auth.verifyAuditLog({ ...(before.head !== null && { expectHead: before.head }) })).toEqual({
    problem: null,
    // Twenty days of ten, and the event that says what went.
    verified: 201,
    unsealed: 0,
    anonymised: 0,
    start: { position: 100, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    head: { position: 301, hash: expect.any(String) },
  });
  expect((await t.events()).at(-1)).toMatchObject({
    type: 'audit.trimmed',
    user_id: null,
    data: { position: 100, events: 100, days: 20 },
  });
  expect(await t.database.query('select 1 from auth.event_seal')).toHaveLength(201);
});

test('several batches go one after the other, and the last trim counts', async () => {
  await using scene = await setScene(10, 100, 40);
  const { t } = scene;
  await t.auth.maintain();
  await t.auth.maintain();
  const trims = (await t.events()).filter(({ type }) => type === 'audit.trimmed');
  expect(trims.map(({ data }) => data)).toMatchObject([{ position: 1000 }, { position: 2000 }, { position: 3000 }]);
  expect(await t.auth.verifyAuditLog()).toMatchObject({ problem: null, verified: 1003, start: { position: 3000 } });
});

test('zero keeps everything', async () => {
  await using scene = await setScene(0);
  await scene.t.auth.maintain();
  expect(await eventsIn(scene.t)).toBe(300);
});

test('the last link stays, however old it is, so that the chain goes on from it', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using t = await createTestAuth({ database, retention: { eventsDays: 1 } });
  await database.query(
    `insert into auth.event (id, occurred_at, type, trace_id, data)
     select gen_random_uuid(), now() - interval '90 days', 'user.login', 'x', '{}' from generate_series(1, 10)`,
  );
  await t.auth.maintain();
  expect(await t.auth.verifyAuditLog()).toMatchObject({
    problem: null,
    start: { position: 9 },
    head: { position: 10 },
  });
  await t.auth.maintain();
  expect(await t.auth.verifyAuditLog()).toMatchObject({ problem: null, head: { position: 11 } });
});

test('an event that is not old enough keeps all that were sealed after it', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using t = await createTestAuth({ database, retention: { eventsDays: 20 } });
  const insert = (id: number, age: string) =>
    database.query(
      `insert into auth.event (id, occurred_at, type, trace_id, data)
       values (('019a0000-0000-7000-8000-' || lpad(to_hex($1::int), 12, '0'))::uuid, now() - $2::interval, 'user.login', 'x', '{}')`,
      [id, age],
    );
  for (const [id, age] of [
    [1, '90 days'],
    [2, '1 day'],
    [3, '90 days'],
    [4, '1 day'],
  ] as const)
    await insert(id, age);
  await t.auth.maintain();
  await t.auth.maintain();
  expect(await t.auth.verifyAuditLog()).toMatchObject({ problem: null, verified: 4, start: { position: 1 } });
});

test('an event stays while somebody waits for it, but not when it was parked', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using t = await createTestAuth({ database, retention: { eventsDays: 20 }, ports: { background: false } });
  await database.query(`insert into auth.event_sink (name) values ('subscriber:crm')`);
  await addEvents(t, 1, 30);
  await t.auth.maintain();
  expect(await eventsIn(t)).toBe(30);
  await database.query('update auth.event_pending set parked_at = now()');
  await t.auth.maintain();
  expect(await t.auth.verifyAuditLog()).toMatchObject({ problem: null, start: { position: 10 } });

  // Those that are gone hold up nobody when they are tried again.
  expect(await t.auth.outbox.retryParked('crm')).toBe(30);
  const heard: string[] = [];
  const subscriber: Subscriber = { name: 'crm', handle: ({ id }) => void heard.push(id) };
  await using other = await createTestAuth({ database, ports: { subscribers: [subscriber] } });
  await eventually(() => other.auth.outbox.listStatus()).toMatchObject([{ pending: 0, parked: 0 }]);
  const kept = await database.query<{ id: string }>('select id from auth.event order by id');
  expect(heard.toSorted()).toEqual(kept.map(({ id }) => id));
});

test('what was tampered with is not swept away', async () => {
  await using scene = await setScene(20);
  const { t, tamper } = scene;
  await tamper(`update auth.event set type = 'user.logout' where data ->> 'n' = '49'`);
  await t.auth.maintain();
  await t.auth.maintain();
  expect(await t.auth.verifyAuditLog()).toMatchObject({
    problem: { kind: 'altered', position: 50 },
    start: { position: 49 },
  });
  expect(await t.database.query(`select 1 from auth.event where data ->> 'n' = '49'`)).toHaveLength(1);
  expect(t.log.some(({ level, message }) => level === 'error' && message.startsWith('The audit log was'))).toBe(true);
});

test.each([
  [
    'more than retention took was deleted',
    `delete from auth.event where id in (select event_id from auth.event_seal where position <= 110);
     delete from auth.event_seal where position <= 110`,
    { kind: 'deleted', position: 101 },
  ],
  [
    'the word of what retention took was deleted',
    `delete from auth.event where type = 'audit.trimmed'`,
    { kind: 'deleted', position: 1 },
  ],
  [
    'the word of what retention took was altered',
    `delete from auth.event where id in (select event_id from auth.event_seal where position <= 110);
     update auth.event set data = data || (select jsonb_build_object('position', 110, 'hash', encode(hash, 'hex'))
       from auth.event_seal where position = 110) where type = 'audit.trimmed';
     delete from auth.event_seal where position <= 110`,
    { kind: 'altered', position: 301 },
  ],
])('after a trim it still tells that %s', async (_what, sql, problem) => {
  await using scene = await setScene(20);
  const { t, tamper } = scene;
  await t.auth.maintain();
  await t.auth.maintain();
  await tamper(sql);
  expect((await t.auth.verifyAuditLog()).problem).toMatchObject(problem);
});

test('a head that was noted down is compared with the link where retention left off', async () => {
  await using scene = await setScene(20);
  const { t } = scene;
  await t.auth.maintain();
  await t.auth.maintain();
  const { start } = await t.auth.verifyAuditLog();
  if (start === null) throw new Error('Nothing was trimmed');
  expect((await t.auth.verifyAuditLog({ expectHead: start })).problem).toBeNull();
  const other = { position: start.position, hash: 'a'.repeat(64) };
  expect((await t.auth.verifyAuditLog({ expectHead: other })).problem).toMatchObject({ kind: 'altered' });
});

test('of four instances that trim at once one does, and a verification beside them sees a whole log', async () => {
  await using scene = await setScene(10, 100, 40);
  const { database } = scene.t;
  const instances = await Promise.all(
    Array.from({ length: 4 }, () => createTestAuth({ database, retention: { eventsDays: 10 } })),
  );
  const [verdict] = await Promise.all([scene.t.auth.verifyAuditLog(), ...instances.map(({ auth }) => auth.maintain())]);
  expect(verdict.problem).toBeNull();
  await scene.t.auth.maintain();
  await scene.t.auth.maintain();
  expect(await scene.t.auth.verifyAuditLog()).toMatchObject({ problem: null, start: { position: 3000 }, unsealed: 0 });
  for (const instance of instances) await instance[Symbol.asyncDispose]();
});
