import express from 'express';
import request from 'supertest';
import { expect, inject, test } from 'vitest';
import { Browser, loggedIn, registered, SAFARI } from '../../../test/browser.ts';
import {
  createTestAuth,
  createTestDatabase,
  fakeHasher,
  PASSWORD,
  type TestAuth,
} from '../../../test/create-test-auth.ts';
import { createDatabaseProxy } from '../../../test/database-proxy.ts';
import { readEvents } from '../../../test/event-reader.ts';
import { eventually } from '../../../test/eventually.ts';
import { readFigures } from '../../../test/read-figures.ts';
import { type CoreServices, defineModule, type Mailer, principalOf } from '../../index.ts';
import { BcryptHasher } from '../../modules/authentication/bcrypt-hasher.ts';
import { BackgroundJob } from '../background-job.ts';

const ADA = 'ada@example.com';

const figure = async (t: TestAuth, series: string): Promise<number> => (await readFigures(t.auth))[series] ?? 0;

const operations = (t: TestAuth, operation: string, status: string) =>
  figure(t, `auth_operations_total{operation="${operation}",status="${status}"}`);

const checks = (t: TestAuth, source: string) =>
  figure(t, `auth_session_check_duration_seconds_count{source="${source}"}`);

const tokens = (t: TestAuth, type: string) => figure(t, `auth_tokens_generated_total{type="${type}"}`);

test('a call counts alike through REST, tRPC, a batch and in process, well or badly ended', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const wrong = { email: ADA, password: 'not-the-password' };
  const local = t.auth.router.createCaller(t.auth.createLocalContext()());
  const batch = (name: string, body: object) =>
    request(t.url)
      .post(`/trpc/${name},${name}?batch=1`)
      .set({ 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' })
      .send({ 0: body, 1: body });

  await ada.rest('POST', '/auth/login', { body: wrong });
  await ada.mutate('auth.login', wrong);
  await ada.mutate('auth.login', wrong, { isBatch: true });
  await batch('auth.login', wrong);
  await (local as { auth: { login(input: object): Promise<unknown> } }).auth.login(wrong).catch(() => {});
  await ada.mutate('auth.login', { email: ADA });
  await ada.login(ADA);

  expect(await operations(t, 'auth.register', 'ok')).toBe(1);
  expect(await operations(t, 'auth.login', 'AUTH_INVALID')).toBe(6);
  expect(await operations(t, 'auth.login', 'VALIDATION_FAILED')).toBe(1);
  expect(await operations(t, 'auth.login', 'ok')).toBe(1);
});

test('who is not let in counts as well, and a stream that opens', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await new Browser(t).rest('GET', '/me');
  await using _stream = await readEvents(t, ada);
  expect(await operations(t, 'auth.me', 'UNAUTHENTICATED')).toBe(1);
  expect(await operations(t, 'sessions.changes', 'ok')).toBe(1);
});

test('each check of a session is timed, by where it was asked for', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const app = express().get('/hello', t.auth.requireSession(), (req, res) => void res.json(principalOf(req).user.id));

  await ada.rest('GET', '/me');
  await ada.query('auth.me');
  await ada.query('auth.me', undefined, { isBatch: true });
  await ada.rest('GET', '/auth/forward');
  await ada.rest('POST', '/auth/sessions/introspect', { body: { tokens: [ada.token] } });
  const local = t.auth.router.createCaller(t.auth.createLocalContext({ sessionToken: ada.token })());
  await (local as { auth: { me(): Promise<unknown> } }).auth.me();
  await request(app)
    .get('/hello')
    .set('cookie', ada.cookie ?? '');

  expect(await checks(t, 'rest')).toBe(1);
  expect(await checks(t, 'trpc')).toBe(2);
  for (const source of ['forward', 'introspection', 'local', 'guard'])
    expect([source, await checks(t, source)]).toEqual([source, 1]);
  expect(await figure(t, 'auth_session_check_duration_seconds_sum{source="rest"}')).toBeGreaterThan(0);
});

test('a check that the database does not answer is timed as well', async () => {
  await using t = await createTestAuth();
  await using proxy = await createDatabaseProxy(t.database.url);
  await using cutOff = await createTestAuth({ database: { ...t.database, url: proxy.url } });
  const ada = await registered(t, ADA);
  proxy.cut();
  const elsewhere = Object.assign(new Browser(cutOff), { cookie: ada.cookie });
  expect((await elsewhere.rest('GET', '/me')).status).toBe(503);
  expect(await checks(cutOff, 'rest')).toBe(1);
  expect(await operations(cutOff, 'auth.me', 'UNAVAILABLE')).toBe(1);
});

test('tokens count by what they are for', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await t.nextMail(ADA);
  await ada.rest('POST', '/auth/reauthenticate', { body: { password: PASSWORD } });
  await loggedIn(t, ADA, SAFARI);
  expect(await tokens(t, 'session')).toBe(3);
  expect(await tokens(t, 'device')).toBe(2);
  expect(await tokens(t, 'verification')).toBe(1);
});

test('hashes are timed, and those that wait are counted while they do', async () => {
  await using t = await createTestAuth({
    ports: { hasher: new BcryptHasher({ cost: 12, pepper: null, workers: 1, maxQueue: 100 }) },
  });
  const ada = await registered(t, ADA);
  await t.nextMail(ADA);
  const before = await figure(t, 'auth_password_hash_duration_seconds_count');
  expect(before).toBeGreaterThanOrEqual(1);
  expect(await figure(t, 'auth_password_hash_queue_length')).toBe(0);

  const queued = Array.from({ length: 10 }, () => ada.login(ADA));
  await eventually(() => figure(t, 'auth_password_hash_queue_length')).toBeGreaterThan(0);
  await Promise.all(queued);
  expect(await figure(t, 'auth_password_hash_queue_length')).toBe(0);
  expect(await figure(t, 'auth_password_hash_duration_seconds_count')).toBeGreaterThanOrEqual(before + 10);
});

test('sessions that hold are counted by the database, those that ended or ran out are not', async () => {
  await using t = await createTestAuth();
  await using other = await createTestAuth({ database: t.database });
  const ada = await registered(t, ADA);
  await loggedIn(t, ADA, SAFARI);
  await registered(t, 'bob@example.com');
  await t.ageSessions(120);
  const bob = await loggedIn(t, 'bob@example.com');
  const late = await loggedIn(t, ADA);
  await late.rest('POST', '/auth/logout');
  expect((await bob.rest('GET', '/me')).status).toBe(200);
  expect((await ada.rest('GET', '/me')).status).toBe(401);

  for (const auth of [t.auth, other.auth]) {
    expect(await readFigures(auth)).not.toHaveProperty('auth_active_sessions');
    await eventually(async () => (await readFigures(auth)).auth_active_sessions).toBe(1);
  }
});

test('the count of sessions goes by the index of open ones, however many have ended', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const sequentialScans = async () => {
    await database.query('select pg_stat_force_next_flush()');
    const [row] = await database.query<{ scans: number }>(
      `select seq_scan::int as scans from pg_stat_user_tables where schemaname = 'auth' and relname = 'session'`,
    );
    return row?.scans;
  };
  const untilAlone = () =>
    eventually(() =>
      database.query(`select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and backend_type = 'client backend'`),
    ).toHaveLength(0);
  {
    await using t = await createTestAuth({ database });
    await registered(t, ADA);
  }
  await database.query(`
    insert into auth.session (id, user_id, token_hash, device_kind, device_label, created_at, authenticated_at,
      last_active_at, expires_at, ended_at, end_reason)
    select uuidv7(), u.id, sha256(n::text::bytea), 'other', 'curl', now(), now(), now(), now() + interval '1 day',
      now(), 'logged_out'
    from auth."user" u, generate_series(1, 50000) as n`);
  await database.query('analyze auth.session');
  await untilAlone();
  const before = await sequentialScans();
  {
    await using t = await createTestAuth({ database });
    await eventually(() => figure(t, 'auth_active_sessions')).toBe(1);
  }
  await untilAlone();
  expect(await sequentialScans()).toBe(before);
});

test('with a frozen database the figures come at once, without what only it could tell', async () => {
  await using t = await createTestAuth();
  await using proxy = await createDatabaseProxy(t.database.url);
  await using frozen = await createTestAuth({ database: { ...t.database, url: proxy.url } });
  proxy.freeze();
  const [first, second] = [await readFigures(frozen.auth), await readFigures(frozen.auth)];
  expect([first, second].map((figures) => 'auth_active_sessions' in figures)).toEqual([false, false]);
  expect(second).toHaveProperty('auth_pool_connections_max{pool="main"}', 10);
  await eventually(() => frozen.log.map(({ message }) => message)).toContain('A figure could not be read');
});

test('the time until streams on another instance hear of an end is measured where they are', async () => {
  await using t = await createTestAuth();
  await using other = await createTestAuth({ database: t.database });
  const laptop = await registered(t, ADA);
  const phone = await loggedIn(t, ADA, SAFARI);
  await using mine = await readEvents(other, laptop);
  await using phones = await readEvents(other, phone);
  await laptop.rest('DELETE', '/auth/sessions/all');
  await mine.next();
  await phones.next();
  await eventually(() => figure(other, 'auth_revocation_latency_seconds_count')).toBe(2);
  expect(await checks(other, 'stream')).toBeGreaterThanOrEqual(2);
  expect(await figure(t, 'auth_revocation_latency_seconds_count')).toBe(0);
});

test('a login tells open streams, and is no end of a session', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, ADA);
  await using stream = await readEvents(t, laptop);
  await loggedIn(t, ADA, SAFARI);
  expect(await stream.next()).toMatchObject({ data: { type: 'session.created' } });
  expect(await figure(t, 'auth_revocation_latency_seconds_count')).toBe(0);
});

test('what a limit refuses is counted by its name, and so is the outer one', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 0.01 });
  const eve = new Browser(t);
  const guess = () => eve.login(ADA, 'not-the-password');
  expect([(await guess()).status, (await guess()).status]).toEqual([401, 429]);
  for (let count = 0; count < 12; count += 1) await eve.rest('GET', '/auth/config');
  expect(await figure(t, 'auth_limit_refusals_total{limit="login.address"}')).toBe(1);
  expect(await figure(t, 'auth_limit_refusals_total{limit="requests"}')).toBe(4);
});

test('mails count when they are handed over, when an attempt fails, and when they are given up', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const server = { isUp: false };
  const mailer: Mailer = { send: () => (server.isUp ? Promise.resolve() : Promise.reject(new Error('away'))) };
  {
    await using t = await createTestAuth({ database, ports: { mailer } });
    await registered(t, ADA);
    await eventually(() => figure(t, 'auth_mails_total{status="postponed"}')).toBeGreaterThanOrEqual(1);
    server.isUp = true;
    await registered(t, 'bob@example.com');
    // Both, so that nobody writes to their rows any more.
    await eventually(() => figure(t, 'auth_mails_total{status="sent"}')).toBe(2);
    await eventually(() => database.query(`select 1 from auth.mail where status = 'sent'`)).toHaveLength(2);
    await database.query(`update auth.mail set status = 'pending', finished_at = null,
      created_at = now() - interval '25 hours', next_attempt_at = now()`);
  }
  await using t = await createTestAuth({ database, ports: { mailer } });
  await eventually(() => figure(t, 'auth_mails_total{status="given_up"}')).toBe(2);
});

test('the pools tell how many connections they have and may have', async () => {
  await using t = await createTestAuth({ databasePoolSize: 7 });
  await registered(t, ADA);
  const figures = await readFigures(t.auth);
  expect(figures['auth_pool_connections_max{pool="main"}']).toBe(7);
  expect(figures['auth_pool_connections_max{pool="limits"}']).toBe(4);
  const open = (pool: string) =>
    (figures[`auth_pool_connections{pool="${pool}",state="idle"}`] ?? 0) +
    (figures[`auth_pool_connections{pool="${pool}",state="used"}`] ?? 0);
  expect(open('main')).toBeGreaterThan(0);
  expect(open('limits')).toBeGreaterThan(0);
  expect(figures['auth_pool_waiting{pool="main"}']).toBe(0);
});

test('what is not delivered makes the outbox lag, until it is', async () => {
  const reader = { isBack: false };
  const handle = () => {
    if (!reader.isBack) throw new Error('Not yet');
  };
  await using t = await createTestAuth({ ports: { subscribers: [{ name: 'reader', handle }] } });
  await registered(t, ADA);
  await eventually(() => figure(t, 'auth_outbox_lag_seconds')).toBeGreaterThan(0);
  reader.isBack = true;
  await eventually(() => figure(t, 'auth_outbox_lag_seconds')).toBe(0);
});

test('an event that was given up is counted, until somebody has it tried again', async () => {
  const reader = { isBack: false };
  const handle = () => {
    if (!reader.isBack) throw new Error('Not yet');
  };
  await using t = await createTestAuth({ ports: { subscribers: [{ name: 'reader', handle }] } });
  await registered(t, ADA);
  const hasFailed = () => t.log.some(({ message }) => message.startsWith('A subscriber failed'));
  await eventually(hasFailed).toBe(true);
  await t.database.query('update auth.event_lane set attempts = 15, next_attempt_at = now() where attempts > 0');
  await eventually(() => figure(t, 'auth_outbox_parked')).toBeGreaterThan(0);
  reader.isBack = true;
  await t.auth.outbox.retryParked('reader');
  await eventually(() => figure(t, 'auth_outbox_parked')).toBe(0);
});

test('background work that fails is counted by its name', async () => {
  const failing = defineModule({
    name: 'failing',
    run: (kernel, _core: CoreServices) => {
      const job = new BackgroundJob(kernel, {
        name: 'fall over',
        everySeconds: 0.01,
        work: async () => {
          throw new Error('Again');
        },
      });
      return { start: () => job.start(), close: () => job.close() };
    },
  });
  await using t = await createTestAuth({ ports: { modules: [failing] } });
  await eventually(() => figure(t, 'auth_background_failures_total{work="fall over"}')).toBeGreaterThan(1);
  expect(await figure(t, 'auth_background_failures_total{work="seal the audit log"}')).toBe(0);
});

test('a module says how deliveries end, and which tokens it makes', async () => {
  const sender = defineModule({
    name: 'sender',
    run: ({ metrics }, _core: CoreServices) => {
      metrics.webhookDelivery('failed');
      metrics.webhookDelivery('delivered');
      metrics.tokenGenerated('refresh');
      return {};
    },
  });
  await using t = await createTestAuth({ ports: { modules: [sender] } });
  expect(await figure(t, 'auth_webhook_deliveries_total{status="failed"}')).toBe(1);
  expect(await figure(t, 'auth_webhook_deliveries_total{status="delivered"}')).toBe(1);
  expect(await tokens(t, 'refresh')).toBe(1);
});

test('what may have to ring begins at 0, so that its first time is an increase', async () => {
  await using t = await createTestAuth();
  expect(await readFigures(t.auth)).toMatchObject({
    'auth_mails_total{status="given_up"}': 0,
    'auth_webhook_deliveries_total{status="dead"}': 0,
  });
});

test('two in one process keep their figures apart', async () => {
  await using here = await createTestAuth();
  await using there = await createTestAuth();
  await registered(here, ADA);
  expect(await operations(here, 'auth.register', 'ok')).toBe(1);
  expect(await operations(there, 'auth.register', 'ok')).toBe(0);
  expect(await tokens(there, 'session')).toBe(0);
});

test('a thousand odd paths, names and agents add no series, and nothing that they say is shown', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await t.nextMail(ADA);
  await ada.rest('GET', '/me');
  await ada.query('auth.me');
  const before = Object.keys(await readFigures(t.auth));

  const odd = Array.from({ length: 250 }, (_, index) => `strange-${index}`);
  for (const name of odd) {
    const stranger = new Browser(t, `Agent of ${name}`);
    await Promise.all([
      stranger.rest('GET', `/${name}`),
      stranger.query(name),
      stranger.query(`auth.me,${name}`, undefined, { isBatch: true }),
      ada.rest('GET', '/me', { headers: { 'user-agent': name, 'x-trace-id': name } }),
    ]);
  }
  const text = await t.auth.metrics();
  const series = Object.keys(await readFigures(t.auth)).filter((name) => !before.includes(name));
  // Who is no user of the service asked for something that exists, and was refused.
  expect(
    series.filter(
      (name) =>
        !/^auth_(active_sessions|outbox_lag_seconds|outbox_parked|operations_total\{operation="auth\.me",)/.test(name),
    ),
  ).toEqual([]);
  for (const told of ['strange', 'Agent', ADA, '@', PASSWORD, ada.token, '127.0.0.1']) expect(text).not.toContain(told);
});

test('a hasher that says nothing of its queue is timed as any other', async () => {
  await using t = await createTestAuth({ ports: { hasher: fakeHasher } });
  await registered(t, ADA);
  expect(await figure(t, 'auth_password_hash_duration_seconds_count')).toBeGreaterThanOrEqual(1);
  expect(await figure(t, 'auth_password_hash_queue_length')).toBe(0);
});
