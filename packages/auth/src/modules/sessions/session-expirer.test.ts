import { expect, inject, test } from 'vitest';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import { createTestAuth, createTestDatabase, type TestAuth } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';

/** More than two batches. */
const MANY = 1200;

const SESSIONS = `
  insert into auth.session (id, user_id, token_hash, device_kind, device_label, created_at, authenticated_at, last_active_at, expires_at)
  select gen_random_uuid(), (select id from auth."user" limit 1), sha256(convert_to($1 || n, 'UTF8')), 'other', 'x',
    now() - interval '2 days', now() - interval '2 days', now() - interval '1 hour', now() + $1::interval
  from generate_series(1, $2::int) n`;

const expiriesOf = async (t: TestAuth) => (await t.events()).filter(({ type }) => type === 'session.expired');

const refusalOf = async (browser: Browser) => (await browser.rest('GET', '/me')).body.error;

/** The same cookie, however often it was refused and cleared. */
const twinOf = (t: TestAuth, { cookie }: Browser) => Object.assign(new Browser(t), { cookie });

test('a session at its absolute end is told of once, by nobody, and its device hears the same as before', async () => {
  await using t = await createTestAuth({ session: { lifetimeHours: 1, idleTimeoutMinutes: 600 } });
  const ada = await registered(t, 'ada@example.com');
  const { id } = (await ada.rest('GET', '/auth/session')).body;
  await t.ageSessions(60);
  const ended = { code: 'SESSION_ENDED', details: { reason: 'expired' } };
  expect(await refusalOf(twinOf(t, ada))).toMatchObject(ended);

  await t.auth.maintain();
  await t.auth.maintain();

  expect(await refusalOf(twinOf(t, ada))).toMatchObject(ended);
  expect(await expiriesOf(t)).toMatchObject([
    {
      session_id: id,
      user_id: expect.any(String),
      actor_id: null,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      data: { reason: 'expired', device: 'Firefox on Windows' },
    },
  ]);
});

test('one that idled out is told of at its absolute end, which from then on is what its device hears of', async () => {
  await using t = await createTestAuth({ session: { lifetimeHours: 2, idleTimeoutMinutes: 30 } });
  const ada = await registered(t, 'ada@example.com');
  const because = (reason: string) => ({ code: 'SESSION_ENDED', details: { reason } });
  await t.ageSessions(40);
  await t.auth.maintain();
  expect(await expiriesOf(t)).toEqual([]);
  expect(await refusalOf(twinOf(t, ada))).toMatchObject(because('idle'));

  await t.ageSessions(80);
  expect(await refusalOf(twinOf(t, ada))).toMatchObject(because('expired'));
  await t.auth.maintain();

  expect(await expiriesOf(t)).toMatchObject([{ data: { reason: 'expired' } }]);
  expect(await refusalOf(twinOf(t, ada))).toMatchObject(because('expired'));
});

test('a session with an idle timeout of its own is judged by that one', async () => {
  await using t = await createTestAuth({ session: { lifetimeHours: 2, idleTimeoutMinutes: 30 } });
  await registered(t, 'ada@example.com');
  await t.database.query('update auth.session set idle_timeout_minutes = 600');
  await t.ageSessions(120);

  await t.auth.maintain();

  expect(await expiriesOf(t)).toMatchObject([{ data: { reason: 'expired' } }]);
});

test.each([
  ['a ban', 'banned', 'update auth."user" set banned_at = now(), ban_reason = $$x$$'],
  ['a new epoch', 'revoked', 'update auth."user" set session_epoch = session_epoch + 1'],
  ['a deletion', 'revoked', 'update auth."user" set deleted_at = now()'],
])('what %s has ended is not ended by time as well', async (_what, reason, statement) => {
  await using t = await createTestAuth({ session: { lifetimeHours: 1 } });
  const ada = await registered(t, 'ada@example.com');
  await t.ageSessions(60);
  await t.database.query(statement);

  await t.auth.maintain();

  expect(await expiriesOf(t)).toEqual([]);
  expect(await refusalOf(ada)).toMatchObject({ code: 'SESSION_ENDED', details: { reason } });
});

test('what holds and what somebody ended is left alone', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');
  await ada.rest('DELETE', '/auth/sessions/all');
  await t.database.query('update auth.session set expires_at = now() where ended_at is not null');

  await t.auth.maintain();

  expect(await expiriesOf(t)).toEqual([]);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
  expect(await refusalOf(phone)).toMatchObject({ details: { reason: 'revoked' } });
});

test('four instances tell of each session once, and read no table from end to end', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const instances = await Promise.all(Array.from({ length: 4 }, () => createTestAuth({ database })));
  const [first] = instances;
  if (first === undefined) throw new Error('No instance');
  await registered(first, 'ada@example.com');
  await database.query(SESSIONS, ['-1 hour', MANY]);
  await database.query(SESSIONS, ['1 day', MANY]);

  await Promise.all(instances.map(({ auth }) => auth.maintain()));
  await first.auth.maintain();

  const expiries = await expiriesOf(first);
  expect(expiries).toHaveLength(MANY);
  expect(new Set(expiries.map(({ session_id }) => session_id)).size).toBe(MANY);
  expect(new Set(expiries.map(({ trace_id }) => trace_id)).size).toBe(MANY);
  // Backends tell what they did at the latest when they end.
  for (const instance of instances) await instance[Symbol.asyncDispose]();
  await eventually(() =>
    database.query(
      `select 1 as found from pg_stat_user_indexes where indexrelname = 'session_expiry_index' and idx_scan > 0`,
    ),
  ).toEqual([{ found: 1 }]);
  const scans = await database.query(
    `select seq_tup_read from pg_stat_user_tables where schemaname = 'auth' and relname = 'session' and seq_tup_read >= ${MANY}`,
  );
  expect(scans).toEqual([]);
});
