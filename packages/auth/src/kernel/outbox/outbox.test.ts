import { Client } from 'pg';
import { expect, inject, test } from 'vitest';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import { createTestAuth, createTestDatabase, type TestDatabase } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';
import type { AuthEvent } from '../event-log.ts';
import { defineModule } from '../module.ts';
import type { EventSink } from './event-sink.ts';
import type { Subscriber } from './subscriber.ts';

/** A subscriber that writes down what it is told. */
const listener = (name: string, more: Partial<Subscriber> = {}) => {
  const heard: AuthEvent[] = [];
  const subscriber: Subscriber = { name, handle: (event) => void heard.push(event), ...more };
  return { heard, subscriber };
};

const moduleWith = (name: string, sink: Omit<EventSink, 'name'>) =>
  defineModule({ name, run: () => ({ sinks: [{ name, ...sink }] }) });

const pendingIn = (database: TestDatabase) =>
  database.query<{ sink: string; event_id: string }>('select sink, event_id from auth.event_pending order by position');

const writtenIn = (database: TestDatabase) =>
  database.query<{ id: string; type: string; user_id: string | null }>(
    'select id, type, user_id from auth.event order by id',
  );

/** As plain SQL may write an event, too. */
const INSERT_EVENT = `insert into auth.event (id, occurred_at, type, user_id, trace_id, data)
  select uuidv7(), now(), 'user.updated', $1::uuid, 'by hand', jsonb_build_object('n', n) from generate_series(1, $2::int) n`;

const ADA = '01900000-0000-7000-8000-000000000001';
const BOB = '01900000-0000-7000-8000-000000000002';
/** In the same lane as Ada. */
const EVE = '01900000-0000-7000-8000-000000000011';

test('a subscriber is told what was committed, in order and with the ids of the audit log, and nothing else', async () => {
  const { heard, subscriber } = listener('crm');
  await using t = await createTestAuth({ ports: { subscribers: [subscriber] } });
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('PATCH', '/me', { body: { name: 'Ada' } });
  await new Browser(t).login('ada@example.com', 'wrong-password');
  expect((await new Browser(t).register('ada@example.com')).status).toBe(409);
  await ada.rest('POST', '/auth/logout');

  const events = await writtenIn(t.database);
  await eventually(() => heard.length).toBe(events.length);
  expect(heard.map(({ type }) => type)).toEqual(expect.arrayContaining(['user.registered', 'user.login_failed']));
  const told = (userId: string | null) => heard.filter((event) => event.userId === userId).map(({ id }) => id);
  for (const userId of new Set(heard.map((event) => event.userId))) {
    expect(told(userId)).toEqual(events.filter((event) => event.user_id === userId).map((event) => event.id));
  }
  await eventually(() => pendingIn(t.database)).toEqual([]);
});

test('what a subscriber is told is what a listener is told', async () => {
  const immediate: AuthEvent[] = [];
  const module = defineModule({
    name: 'immediate',
    run: () => ({ on: { 'user.registered': (event: AuthEvent) => void immediate.push(event) } }),
  });
  const { heard, subscriber } = listener('crm', { types: ['user.registered'] });
  await using t = await createTestAuth({ ports: { modules: [module], subscribers: [subscriber] } });
  await registered(t, 'ada@example.com');
  await eventually(() => heard).toHaveLength(1);
  expect(heard).toEqual(immediate);
});

test('what was rolled back reaches nobody, and what commits late is not skipped', async () => {
  const { heard, subscriber } = listener('crm');
  await using t = await createTestAuth({ ports: { subscribers: [subscriber] } });
  await using slow = await createTestAuth({ database: t.database });
  await t.database.query('begin');
  await t.database.query(INSERT_EVENT, [ADA, 1]);
  await registered(slow, 'bob@example.com');
  await eventually(() => heard.map(({ type }) => type)).toContain('user.registered');
  expect(heard.some(({ userId }) => userId === ADA)).toBe(false);
  await t.database.query('commit');
  await eventually(() => heard.some(({ userId }) => userId === ADA)).toBe(true);

  await t.database.query('begin');
  await t.database.query(INSERT_EVENT, [BOB, 1]);
  await t.database.query('rollback');
  const before = heard.length;
  await t.database.query(INSERT_EVENT, [ADA, 1]);
  await eventually(() => heard.length).toBe(before + 1);
  expect(heard.some(({ userId }) => userId === BOB)).toBe(false);
});

test('the order is that of the commits: what was written first and committed last comes last', async () => {
  await using t = await createTestAuth();
  await t.database.query(`insert into auth.event_sink (name) values ('subscriber:crm')`);
  const other = new Client({ connectionString: t.database.url });
  await other.connect();
  await t.database.query('begin');
  await t.database.query(INSERT_EVENT, [ADA, 1]);
  await other.query(INSERT_EVENT, [ADA, 2]);
  await t.database.query('commit');
  await other.end();
  const rows = await t.database.query<{ n: number }>(
    `select (data ->> 'n')::int as n from auth.event_pending p join auth.event e on e.id = p.event_id order by position`,
  );
  expect(rows.map(({ n }) => n)).toEqual([1, 2, 1]);
});

test('what a sink writes is committed with the note that it was delivered, or not at all', async () => {
  const attempts: number[] = [];
  const module = moduleWith('copy', {
    types: ['user.registered'],
    deliver: async (events, { em }) => {
      attempts.push(events.length);
      for (const { id } of events) await em.execute('insert into auth.copy (event_id) values (?)', [id]);
      if (attempts.length < 3) throw new Error('Not yet');
    },
  });
  await using database = await createTestDatabase(inject('postgres'));
  await database.query('create table auth.copy (event_id uuid not null); grant all on auth.copy to latchkey');
  await using t = await createTestAuth({ database, ports: { modules: [module] } });
  await registered(t, 'ada@example.com');
  await eventually(() => pendingIn(database)).toEqual([]);
  const [event] = (await writtenIn(t.database)).filter(({ type }) => type === 'user.registered');
  expect(await database.query('select event_id from auth.copy')).toEqual([{ event_id: event?.id }]);
  expect(attempts).toEqual([1, 1, 1]);
});

test('a sink that fails or hangs holds up no other one, and gets everything once it works', async () => {
  const state = { isAway: true };
  const published: string[] = [];
  const broken = moduleWith('broken', {
    deliver: async (events) => {
      if (state.isAway) throw new Error('Away');
      published.push(...events.map(({ id }) => id));
    },
  });
  const hanging = moduleWith('hanging', { deliver: () => new Promise(() => {}) });
  const { heard, subscriber } = listener('crm');
  await using t = await createTestAuth({ ports: { modules: [broken, hanging], subscribers: [subscriber] } });
  await registered(t, 'ada@example.com');
  const events = await writtenIn(t.database);
  await eventually(() => heard.length).toBe(events.length);
  expect(published).toEqual([]);
  state.isAway = false;
  await eventually(() => published.toSorted()).toEqual(events.map(({ id }) => id));
});

test('an event whose handler fails comes again, the next ones of the user wait, and other users do not', async () => {
  const heard: string[] = [];
  const state = { isBroken: true };
  const { subscriber } = listener('crm', {
    types: ['user.updated'],
    handle: ({ userId, data }) => {
      if (userId === ADA && state.isBroken) throw new Error('Broken');
      heard.push(`${userId === ADA ? 'ada' : 'bob'} ${data.n}`);
    },
  });
  await using t = await createTestAuth({ ports: { subscribers: [subscriber] } });
  await t.database.query(INSERT_EVENT, [ADA, 3]);
  await t.database.query(INSERT_EVENT, [BOB, 3]);
  await eventually(() => heard).toEqual(['bob 1', 'bob 2', 'bob 3']);
  state.isBroken = false;
  await eventually(() => heard).toEqual(['bob 1', 'bob 2', 'bob 3', 'ada 1', 'ada 2', 'ada 3']);
  expect(t.log.filter(({ message }) => message.startsWith('A subscriber failed'))[0]).toMatchObject({
    level: 'warn',
    fields: { subscriber: 'crm', attempts: 1 },
  });
});

test('an event that failed fifteen times is parked, until somebody wants it tried again', async () => {
  const heard: string[] = [];
  const state = { isBroken: true };
  const { subscriber } = listener('crm', {
    handle: ({ userId }) => {
      if (userId === ADA && state.isBroken) throw new Error('Broken');
      heard.push(userId === ADA ? 'ada' : 'eve');
    },
  });
  await using t = await createTestAuth({ ports: { subscribers: [subscriber] } });
  await t.database.query(INSERT_EVENT, [ADA, 1]);
  await t.database.query(INSERT_EVENT, [EVE, 1]);
  // Makes its time come: after the first failure, which waits a second, and after the last one, which waits a minute.
  const hurry = (changes: string, where: string) =>
    eventually(() =>
      t.database.query(`update auth.event_lane set ${changes}, next_attempt_at = now() where ${where} returning 1`),
    );
  await hurry('attempts = 14', `attempts = 1 and next_attempt_at < now() + interval '10 seconds'`).toHaveLength(1);
  await t.database.query('notify latchkey_outbox');
  await hurry('sink = sink', `attempts = 15 and next_attempt_at > now() + interval '30 seconds'`).toHaveLength(1);
  expect(heard).toEqual([]);
  await t.database.query('notify latchkey_outbox');
  await eventually(() => heard).toEqual(['eve']);
  const [parked] = t.log.filter(({ level }) => level === 'error');
  expect(parked).toMatchObject({ fields: { subscriber: 'crm', eventType: 'user.updated', attempts: 15 } });
  await eventually(() => t.auth.outbox.listStatus()).toMatchObject([{ name: 'subscriber:crm', pending: 0, parked: 1 }]);

  state.isBroken = false;
  expect(await t.auth.outbox.retryParked('crm')).toBe(1);
  await eventually(() => heard).toEqual(['eve', 'ada']);
});

test('a handler that never ends is given up for now, and is told so', async () => {
  const signals: AbortSignal[] = [];
  const { subscriber } = listener('crm', {
    handle: (_event, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  await using t = await createTestAuth({ ports: { subscribers: [subscriber] } });
  await t.database.query(INSERT_EVENT, [ADA, 1]);
  await eventually(() => signals[0]?.aborted).toBe(true);
  await eventually(() => t.log.some(({ message }) => message.startsWith('A subscriber failed'))).toBe(true);
}, 40_000);

test('without sinks nothing is queued, and a sink begins with what happens after it was switched on', async () => {
  const { heard, subscriber } = listener('crm');
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');
  expect(await pendingIn(t.database)).toEqual([]);
  await using other = await createTestAuth({ database: t.database, ports: { subscribers: [subscriber] } });
  await loggedIn(t, 'ada@example.com');
  await eventually(() => heard.map(({ type }) => type)).toEqual(['session.created', 'user.login']);
  expect(other.log).toEqual([]);
});

test('only what a sink wants is queued for it', async () => {
  const { subscriber } = listener('crm', { types: ['user.registered'] });
  await using t = await createTestAuth({ ports: { subscribers: [subscriber] } });
  await t.auth.close();
  await t.database.query(INSERT_EVENT, [ADA, 1]);
  expect(await pendingIn(t.database)).toEqual([]);
});

test('a sink that no instance has had for a day is forgotten, with all that waited for it', async () => {
  const { subscriber } = listener('old');
  const { subscriber: used } = listener('used', { types: ['user.login'] });
  await using t = await createTestAuth({ ports: { subscribers: [used] } });
  await using old = await createTestAuth({ database: t.database, ports: { subscribers: [subscriber] } });
  await old.auth.close();
  await t.database.query(INSERT_EVENT, [ADA, 12_000]);
  await t.database.query(`update auth.event_sink set attended_at = now() - interval '25 hours'`);

  await t.auth.maintain();
  expect((await t.auth.outbox.listStatus()).map(({ name }) => name)).toEqual(['subscriber:used']);
  await t.auth.maintain();
  await eventually(() => pendingIn(t.database)).toEqual([]);
  expect(await t.database.query(`select 1 from auth.event_lane where sink = 'subscriber:old'`)).toEqual([]);
  expect(t.log.filter(({ message }) => message.includes('forgotten'))).toHaveLength(1);
});

test('an instance that was forgotten while it slept takes its place again', async () => {
  const { heard, subscriber } = listener('crm', { types: ['user.updated'] });
  await using t = await createTestAuth({ ports: { subscribers: [subscriber] } });
  await t.database.query('delete from auth.event_sink');
  await t.auth.maintain();
  await t.database.query(INSERT_EVENT, [ADA, 1]);
  await eventually(() => heard).toHaveLength(1);
  expect(await t.database.query('select types from auth.event_sink')).toEqual([{ types: ['user.updated'] }]);
});

test('a stop delivers what it can, and the rest is there after the next start', async () => {
  const slow = Promise.withResolvers<void>();
  const { subscriber: stuck } = listener('crm', { handle: () => slow.promise });
  const sent: number[] = [];
  const module = moduleWith('quick', { deliver: async (events) => void sent.push(events.length) });
  await using database = await createTestDatabase(inject('postgres'));
  const t = await createTestAuth({ database, ports: { modules: [module], subscribers: [stuck] } });
  await database.query(INSERT_EVENT, [ADA, 1000]);
  await t[Symbol.asyncDispose]();
  expect(sent.reduce((sum, count) => sum + count, 0)).toBe(1000);
  expect(Math.max(...sent)).toBeLessThanOrEqual(256);

  const { heard, subscriber } = listener('crm');
  await using _next = await createTestAuth({ database, ports: { subscribers: [subscriber] } });
  await database.query('update auth.event_lane set next_attempt_at = now()');
  await eventually(() => heard.length).toBe(1000);
  expect(heard.map(({ data }) => data.n)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
});

test('an event that somebody has deleted holds up nobody', async () => {
  const { heard, subscriber } = listener('crm');
  await using t = await createTestAuth({ ports: { background: false } });
  await t.database.query(`insert into auth.event_sink (name) values ('subscriber:crm')`);
  await t.database.query(INSERT_EVENT, [ADA, 2]);
  await t.database.query(`
    begin; set local latchkey.audit_maintenance = 'retention';
    delete from auth.event where data ->> 'n' = '1'; commit`);
  await using other = await createTestAuth({ database: t.database, ports: { subscribers: [subscriber] } });
  await eventually(() => heard.map(({ data }) => data.n)).toEqual([2]);
  await eventually(() => pendingIn(other.database)).toEqual([]);
});

test('two sinks of one name stop the start', async () => {
  const { subscriber } = listener('crm');
  await using database = await createTestDatabase(inject('postgres'));
  const starting = createTestAuth({ database, ports: { subscribers: [subscriber, subscriber] } });
  await expect(starting).rejects.toThrow('Two sinks are called "subscriber:crm"');
});
