import { expect, inject, test } from 'vitest';
import { Browser, loggedIn, registered } from './browser.ts';
import { createTestAuth, createTestDatabase, type TestDatabase } from './create-test-auth.ts';
import { eventually } from './eventually.ts';

/** More than two batches. */
const MANY = 2500;

const SESSIONS = `
  insert into auth.session (id, user_id, token_hash, device_kind, device_label, created_at, authenticated_at, last_active_at, expires_at, ended_at, end_reason)
  select gen_random_uuid(), (select id from auth."user" limit 1), sha256(convert_to($1 || n, 'UTF8')), 'other', 'x', now() - interval '90 days',
    now() - interval '90 days', now() - interval '90 days', now() - $2::interval, now() - $3::interval, case when $3 is not null then 'revoked' end
  from generate_series(1, $4::int) n`;

const VERIFICATIONS = `
  insert into auth.verification (id, user_id, purpose, email, created_at)
  select gen_random_uuid(), (select id from auth."user" limit 1), 'verify_email', 'x@example.com', now() - $1::interval
  from generate_series(1, $2::int)`;

const DEVICES = `
  insert into auth.known_device (user_id, token_hash, created_at, last_login_at)
  select (select id from auth."user" limit 1), sha256(convert_to($1 || n, 'UTF8')), now() - $1::interval, now() - $1::interval
  from generate_series(1, $2::int) n`;

const countIn = async (database: TestDatabase, table: string): Promise<number> => {
  const [row] = await database.query<{ count: number }>(`select count(*)::int as count from auth.${table}`);
  return row?.count ?? Number.NaN;
};

test('sessions that ended or expired long ago go, in batches; those that hold or ended lately stay', async () => {
  await using t = await createTestAuth({ retention: { endedSessionsDays: 30 } });
  const ada = await registered(t, 'ada@example.com');
  const insert = (name: string, [expired, ended]: [string, string | null], count: number) =>
    t.database.query(SESSIONS, [name, expired, ended, count]);
  await insert('ended', ['-1 day', '31 days'], MANY);
  await insert('expired', ['31 days', null], MANY);
  await insert('expired and ended later', ['31 days', '2 days'], 1);
  await insert('ended lately', ['-1 day', '29 days'], 7);
  await insert('expired lately', ['29 days', null], 5);

  await t.auth.maintain();

  expect(await countIn(t.database, 'session')).toBe(1 + 7 + 5);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
});

test('a device is told why its session ended, and after the retention only that it has none', async () => {
  await using t = await createTestAuth({ retention: { endedSessionsDays: 30 } });
  const ada = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');
  const { cookie } = phone;
  await ada.rest('DELETE', '/auth/sessions/all');
  const ask = async () => {
    const browser = Object.assign(new Browser(t), { cookie });
    return (await browser.rest('GET', '/me')).body.error;
  };
  await t.auth.maintain();
  expect(await ask()).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'revoked' } });
  await t.database.query(`update auth.session set ended_at = ended_at - interval '31 days' where ended_at is not null`);
  await t.auth.maintain();
  expect(await ask()).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('verifications and devices that are of no use any more go, in batches', async () => {
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');
  await t.nextMail('ada@example.com');
  const [verifications, devices] = [
    await countIn(t.database, 'verification'),
    await countIn(t.database, 'known_device'),
  ];
  await t.database.query(VERIFICATIONS, ['31 days', MANY]);
  await t.database.query(VERIFICATIONS, ['29 days', 3]);
  await t.database.query(DEVICES, ['401 days', MANY]);
  await t.database.query(DEVICES, ['399 days', 4]);

  await t.auth.maintain();

  expect(await countIn(t.database, 'verification')).toBe(verifications + 3);
  expect(await countIn(t.database, 'known_device')).toBe(devices + 4);
});

test('four instances that purge at once remove each row once, and a purge reads no table from end to end', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const instances = await Promise.all(Array.from({ length: 4 }, () => createTestAuth({ database })));
  const [first] = instances;
  if (first === undefined) throw new Error('No instance');
  await registered(first, 'ada@example.com');
  await database.query(SESSIONS, ['ended', '-1 day', '31 days', MANY]);
  await database.query(SESSIONS, ['holds', '-1 day', null, MANY]);
  await database.query(VERIFICATIONS, ['31 days', MANY]);
  await database.query(VERIFICATIONS, ['1 day', MANY]);
  await database.query(DEVICES, ['401 days', MANY]);
  await database.query(DEVICES, ['1 day', MANY]);

  await Promise.all(instances.map(({ auth }) => auth.maintain()));
  await first.auth.maintain();

  // Backends tell what they did at the latest when they end.
  for (const instance of instances) await instance[Symbol.asyncDispose]();
  await eventually(() =>
    database.query(
      `select indexrelname as name from pg_stat_user_indexes where idx_scan > 0 and indexrelname in
         ('session_over_index', 'verification_created_at_index', 'known_device_last_login_at_index') order by 1`,
    ),
  ).toEqual([
    { name: 'known_device_last_login_at_index' },
    { name: 'session_over_index' },
    { name: 'verification_created_at_index' },
  ]);
  // A registration finds tables with a row or two, and may read them as it likes.
  const scans = await database.query(
    `select relname, seq_tup_read from pg_stat_user_tables where schemaname = 'auth' and seq_tup_read >= ${MANY}
       and relname in ('session', 'verification', 'known_device')`,
  );
  expect(scans).toEqual([]);
  expect(await countIn(database, 'session')).toBe(MANY + 1);
});
