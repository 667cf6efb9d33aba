import { Client } from 'pg';
import { expect, inject, test } from 'vitest';
import { idOf, registeredAdmin } from '../../../test/admin-scene.ts';
import { Browser, registered } from '../../../test/browser.ts';
import { createTestAuth, createTestDatabase } from '../../../test/create-test-auth.ts';

/** A log of 30 events that is sealed, and what somebody with every right does to it. */
const setScene = async () => {
  const t = await createTestAuth({ retention: { eventsDays: 0 } });
  await t.database.query(`
    insert into auth.event (id, occurred_at, type, user_id, ip_address, trace_id, data)
    select ('019a0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '2026-01-01'::timestamptz + make_interval(mins => n),
      'user.login', gen_random_uuid(), '203.0.113.7', 'trace', jsonb_build_object('n', n)
    from generate_series(1, 30) n`);
  await t.auth.maintain();
  return {
    t,
    tamper: async (sql: string) => {
      await t.database.query(`set session_replication_role = replica; ${sql}; set session_replication_role = default`);
    },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
};

const idAt = (n: number) => `019a0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

test('a log that nobody touched is whole', async () => {
  await using scene = await setScene();
  const verdict = await scene.t.auth.verifyAuditLog();
  expect(verdict).toEqual({
    problem: null,
    verified: 30,
    unsealed: 0,
    anonymised: 0,
    start: null,
    head: { position: 30, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});

test.each([
  [`update auth.event set type = 'user.logout' where id = '${idAt(7)}'`],
  [`update auth.event set occurred_at = occurred_at + interval '1 microsecond' where id = '${idAt(7)}'`],
  [`update auth.event set user_id = null where id = '${idAt(7)}'`],
  [`update auth.event set session_id = gen_random_uuid() where id = '${idAt(7)}'`],
  [`update auth.event set actor_id = gen_random_uuid() where id = '${idAt(7)}'`],
  [`update auth.event set ip_address = '203.0.113.8' where id = '${idAt(7)}'`],
  [`update auth.event set ip_address = '203.0.113.7/24' where id = '${idAt(7)}'`],
  [`update auth.event set ip_address = null, data = '{}' where id = '${idAt(7)}'`],
  [`update auth.event set trace_id = 'other' where id = '${idAt(7)}'`],
  [`update auth.event set data = '{"n": 7.0}' where id = '${idAt(7)}'`],
  [`update auth.event_seal set hash = sha256('x') where position = 7`],
  [`update auth.event_seal set personal_hash = sha256('x') where position = 7`],
  [`update auth.event_seal set salt = 'x' where position = 7`],
  [`update auth.event_seal set salt = null where position = 7`],
])('finds an altered row: %s', async (sql) => {
  await using scene = await setScene();
  await scene.tamper(sql);
  expect(await scene.t.auth.verifyAuditLog()).toMatchObject({
    problem: { kind: 'altered', eventId: idAt(7), position: 7 },
    verified: 6,
  });
});

test.each([
  ['the event', `delete from auth.event where id = '${idAt(7)}'`, idAt(7)],
  [
    'the event and its seal',
    `delete from auth.event where id = '${idAt(7)}'; delete from auth.event_seal where position = 7`,
    null,
  ],
])('finds a deleted row: %s', async (_name, sql, eventId) => {
  await using scene = await setScene();
  await scene.tamper(sql);
  expect((await scene.t.auth.verifyAuditLog()).problem).toMatchObject({ kind: 'deleted', eventId, position: 7 });
});

test.each([
  [
    'contents',
    `update auth.event a set type = 'user.x', data = b.data, occurred_at = b.occurred_at from auth.event b where a.id = '${idAt(7)}' and b.id = '${idAt(8)}'`,
  ],
  [
    'seals',
    `update auth.event_seal set position = -7 where position = 7; update auth.event_seal set position = 7 where position = 8; update auth.event_seal set position = 8 where position = -7`,
  ],
  [
    'the events of seals',
    `update auth.event_seal set event_id = gen_random_uuid() where position = 8; update auth.event_seal set event_id = '${idAt(8)}' where position = 7; update auth.event_seal set event_id = '${idAt(7)}' where position = 8`,
  ],
  [
    'positions after a deletion',
    `delete from auth.event where id = '${idAt(7)}'; delete from auth.event_seal where position = 7; update auth.event_seal set position = position - 1000 where position > 7; update auth.event_seal set position = position + 999 where position < 0`,
  ],
])('finds rows that changed places: %s', async (_name, sql) => {
  await using scene = await setScene();
  await scene.tamper(sql);
  expect((await scene.t.auth.verifyAuditLog()).problem).toMatchObject({ kind: 'altered', position: 7 });
});

test('finds an event of nobody that was emptied by the way of the purge', async () => {
  await using t = await createTestAuth();
  await new Browser(t).login('nobody@example.com');
  await t.auth.maintain();
  await t.database.query(
    `begin; set local latchkey.audit_maintenance = 'anonymise';
     update auth.event set ip_address = null, data = '{}'; update auth.event_seal set salt = null; commit`,
  );
  expect((await t.auth.verifyAuditLog()).problem).toMatchObject({ kind: 'altered', position: 1 });
});

test('finds a row that was put in past the service', async () => {
  await using scene = await setScene();
  const id = '019a0000-0000-7000-8000-00000000ffff';
  await scene.tamper(
    `insert into auth.event (id, occurred_at, type, trace_id, data) values ('${id}', now(), 'user.login', 'x', '{}')`,
  );
  await scene.t.auth.maintain();
  expect((await scene.t.auth.verifyAuditLog()).problem).toMatchObject({
    kind: 'inserted',
    eventId: id,
    position: null,
  });
});

test.each([0, -3])('finds a row that was put in with a seal of its own at position %i', async (position) => {
  await using scene = await setScene();
  const id = '019a0000-0000-7000-8000-00000000ffff';
  await scene.tamper(
    `insert into auth.event (id, occurred_at, type, trace_id, data) values ('${id}', now(), 'user.login', 'x', '{}');
     insert into auth.event_seal (position, event_id, hash, personal_hash, sealed_at) values (${position}, '${id}', 'x', 'x', now())`,
  );
  expect((await scene.t.auth.verifyAuditLog()).problem).toMatchObject({ kind: 'inserted', eventId: id });
});

test('verifies and seals also when a log of many pages has nothing in its statistics yet', async () => {
  await using t = await createTestAuth();
  await t.database.query(`
    insert into auth.event (id, occurred_at, type, trace_id, data)
    select gen_random_uuid(), now(), 'user.login', 'x', '{}' from generate_series(1, 12345)`);
  await t.auth.maintain();
  const progress: number[] = [];
  const verdict = await t.auth.verifyAuditLog({ onProgress: (checked) => progress.push(checked) });
  expect(verdict).toMatchObject({ problem: null, verified: 12_345, unsealed: 0 });
  expect(progress).toEqual([5000, 10_000, 12_345]);
});

test('finds a row that was deleted before it had its seal', async () => {
  await using scene = await setScene();
  const id = '019a0000-0000-7000-8000-00000000ffff';
  await scene.t.database.query('begin');
  await scene.t.database.query(
    `insert into auth.event (id, occurred_at, type, trace_id, data) values ('${id}', now(), 'user.login', 'x', '{}')`,
  );
  await scene.t.database.query('set local session_replication_role = replica');
  await scene.t.database.query(`delete from auth.event where id = '${id}'`);
  await scene.t.database.query('commit');
  expect((await scene.t.auth.verifyAuditLog()).problem).toMatchObject({ kind: 'deleted', eventId: id });
});

test('a head that was noted down tells that the end was cut off, which the chain alone cannot', async () => {
  await using scene = await setScene();
  const { head } = await scene.t.auth.verifyAuditLog();
  if (head === null) throw new Error('The chain has no head');
  await scene.tamper(
    `delete from auth.event where id >= '${idAt(25)}'; delete from auth.event_seal where position >= 25`,
  );

  expect((await scene.t.auth.verifyAuditLog()).problem).toBeNull();
  expect((await scene.t.auth.verifyAuditLog({ expectHead: head })).problem).toMatchObject({
    kind: 'cut',
    position: 25,
  });
  const other = { position: 10, hash: 'a'.repeat(64) };
  expect((await scene.t.auth.verifyAuditLog({ expectHead: other })).problem).toMatchObject({
    kind: 'altered',
    position: 10,
  });
});

test.each([
  'update auth.event set type = type',
  'delete from auth.event',
  'truncate auth.event',
  'update auth.event_seal set salt = salt',
  'delete from auth.event_seal',
  'truncate auth.event_seal',
])('the role of the application cannot: %s', async (sql) => {
  await using scene = await setScene();
  const client = new Client({ connectionString: scene.t.database.url });
  await client.connect();
  await expect(client.query(sql)).rejects.toThrow('append-only');
  await expect(client.query(`begin; set local latchkey.audit_maintenance = 'anonymise'; ${sql}`)).rejects.toThrow(
    'append-only',
  );
  await client.end();
  expect((await scene.t.auth.verifyAuditLog()).verified).toBe(30);
});

test('retention has a narrow way of its own, for one transaction', async () => {
  await using scene = await setScene();
  const { database } = scene.t;
  await database.query(
    `begin; set local latchkey.audit_maintenance = 'retention'; delete from auth.event where id < '${idAt(5)}'; commit`,
  );
  await expect(database.query('delete from auth.event')).rejects.toThrow('append-only');
  expect(await database.query('select 1 from auth.event')).toHaveLength(26);
});

test('an event that commits late, with an id that is older than sealed ones, is sealed all the same', async () => {
  await using scene = await setScene();
  const { database, auth } = scene.t;
  const slow = new Client({ connectionString: database.url });
  await slow.connect();
  const insert = (id: string) =>
    `insert into auth.event (id, occurred_at, type, trace_id, data) values ('${id}', now(), 'user.login', 'x', '{}')`;
  await slow.query('begin');
  await slow.query(insert('019b0000-0000-7000-8000-000000000001'));
  await database.query(insert('019b0000-0000-7000-8000-000000000002'));
  await auth.maintain();
  await slow.query('commit');
  await slow.end();
  await auth.maintain();
  expect(await auth.verifyAuditLog()).toMatchObject({ problem: null, verified: 32, unsealed: 0 });
});

test('sealing waits for no transaction that writes events, and none waits for it', async () => {
  await using scene = await setScene();
  const { database, auth } = scene.t;
  const writer = new Client({ connectionString: database.url });
  await writer.connect();
  await writer.query('begin');
  await writer.query(
    `insert into auth.event (id, occurred_at, type, trace_id, data) values (gen_random_uuid(), now(), 'user.login', 'x', '{}')`,
  );
  await auth.maintain();
  const locks = await database.query(
    `select mode from pg_locks where relation = 'auth.event'::regclass and mode not in ('RowExclusiveLock', 'AccessShareLock')`,
  );
  expect(locks).toEqual([]);
  await writer.query('commit');
  await writer.end();
});

test('four instances that seal at once make one chain', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const instances = await Promise.all(Array.from({ length: 4 }, () => createTestAuth({ database })));
  await Promise.all(
    instances.map(async (instance, index) => {
      for (let n = 0; n < 5; n += 1) {
        await registered(instance, `user-${index}-${n}@example.com`);
        await instance.auth.maintain();
      }
    }),
  );
  const [first] = instances;
  await first?.auth.maintain();
  expect(await first?.auth.verifyAuditLog()).toMatchObject({ problem: null, verified: 40, unsealed: 0 });
  for (const instance of instances) await instance[Symbol.asyncDispose]();
});

test('the sealer works by itself', async () => {
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');
  await expect.poll(async () => (await t.auth.verifyAuditLog()).unsealed, { timeout: 15_000 }).toBe(0);
  expect((await t.auth.verifyAuditLog()).verified).toBe(2);
});

const listWith = async (admin: Browser, query: Record<string, string>) => {
  const { status, body } = await admin.rest('GET', `/admin/events?${new URLSearchParams(query)}`);
  expect(status).toBe(200);
  return body;
};

test('lists events with who and whom, the newest first', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const ada = await registered(t, 'ada@example.com');
  const [id, adminId] = [await idOf(ada), await idOf(admin)];
  await admin.rest('POST', `/admin/users/${id}/ban`, { body: { reason: 'Spam' } });

  const { items } = await listWith(admin, { limit: '2' });

  expect(items).toMatchObject([
    { type: 'sessions.bulk_revoked', userId: id, data: { reason: 'banned' } },
    {
      type: 'user.banned',
      userId: id,
      userEmail: 'ada@example.com',
      actorId: adminId,
      actorEmail: 'root@example.com',
      sessionId: null,
      ipAddress: '127.0.0.1',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      data: { reason: 'Spam', until: null },
    },
  ]);
});

test('narrows the log by each of its filters', async () => {
  await using scene = await setScene();
  const { t } = scene;
  const admin = await registeredAdmin(t);
  const adminId = await idOf(admin);
  const countWith = async (query: Record<string, string>) =>
    (await listWith(admin, { limit: '100', ...query })).items.length;

  expect(await countWith({})).toBe(32);
  expect(await countWith({ userId: adminId })).toBe(2);
  expect(await countWith({ actorId: adminId, type: 'session.created' })).toBe(1);
  expect(await countWith({ type: 'user.login' })).toBe(30);
  expect(await countWith({ ipAddress: '203.0.113.7' })).toBe(30);
  expect(await countWith({ ipAddress: '203.0.113.0/29' })).toBe(30);
  expect(await countWith({ ipAddress: '203.0.113.8/29' })).toBe(0);
  expect(await countWith({ ipAddress: '127.0.0.0/8' })).toBe(2);
  expect(await countWith({ ipAddress: '::1' })).toBe(0);
});

test('narrows the log by time, from an instant to before another', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const [event] = (await listWith(admin, { type: 'user.registered' })).items;
  const later = new Date(Date.parse(event.occurredAt) + 1).toISOString();
  const countWith = async (query: Record<string, string>) =>
    (await listWith(admin, { type: 'user.registered', ...query })).items.length;
  expect(await countWith({ from: event.occurredAt })).toBe(1);
  expect(await countWith({ from: later })).toBe(0);
  expect(await countWith({ to: event.occurredAt })).toBe(0);
  expect(await countWith({ to: later })).toBe(1);
  expect(await countWith({ from: event.occurredAt.replace('Z', '+00:00'), to: later })).toBe(1);
});

test('each event is on one page', async () => {
  await using scene = await setScene();
  const admin = await registeredAdmin(scene.t);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await listWith(admin, { limit: '7', ...(cursor !== null && { cursor }) });
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    cursor = page.nextCursor;
    await registered(scene.t, `late-${seen.length}@example.com`);
  } while (cursor !== null);
  expect(seen).toHaveLength(32);
  expect(new Set(seen).size).toBe(32);
  expect(seen).toEqual(seen.toSorted().toReversed());
});

test.each([
  ['type', 'LOGIN'],
  ['from', '2026-01-01'],
  ['ipAddress', '10.0.0.0/33'],
  ['ipAddress', "1.1.1.1' or 1=1"],
  ['userId', 'x'],
  ['colour', 'red'],
])('refuses %s=%s', async (name, value) => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const answer = await admin.rest('GET', `/admin/events?${new URLSearchParams({ [name]: value })}`);
  expect([answer.status, answer.body.error.code, answer.body.error.details[0].path]).toEqual([
    400,
    'VALIDATION_FAILED',
    name,
  ]);
});
