import { expect, inject, test } from 'vitest';
import { Browser, loggedIn, registered } from './browser.ts';
import { createTestAuth, createTestDatabase, type TestAuth, type TestDatabase } from './create-test-auth.ts';

const ROUNDS = 200;
const EMAIL = 'ada@example.com';

/** What an instance says to a session cookie: `accepted`, or the code of its refusal. */
type Door = (t: TestAuth, cookie: string | null) => Promise<string>;

const withCookie = (t: TestAuth, cookie: string | null): Browser => Object.assign(new Browser(t), { cookie });

const DOORS: Door[] = [
  async (t, cookie) => {
    const { status, body } = await withCookie(t, cookie).rest('GET', '/me');
    return status === 200 ? 'accepted' : body.error.code;
  },
  async (t, cookie) => {
    const { status, body } = await withCookie(t, cookie).query('auth.me');
    return status === 200 ? 'accepted' : body.error.data.code;
  },
  async (t, cookie) => {
    const { status, body } = await withCookie(t, cookie).rest('GET', '/auth/forward');
    return status === 200 ? 'accepted' : body.error.code;
  },
];

test('once a revocation is answered on one instance, the other one refuses the session, each time', async () => {
  await using here = await createTestAuth({ session: { maxPerUser: 0 } });
  await using there = await createTestAuth({ database: here.database });
  const ada = await registered(here, EMAIL);

  const answers: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ask = DOORS[round % DOORS.length] as Door;
    const { cookie } = await loggedIn(here, EMAIL);
    const { body } = await withCookie(here, cookie).rest('GET', '/auth/session');
    expect(await ask(there, cookie)).toBe('accepted');

    // Checks that are under way meanwhile may end either way, and have no say in what comes after them.
    const underWay = DOORS.map((door) => door(there, cookie));
    expect((await ada.rest('DELETE', `/auth/sessions/${body.id}`)).status).toBe(204);
    answers.push(await ask(there, cookie));
    await Promise.all(underWay);
  }
  expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(0);
  expect(new Set(answers)).toEqual(new Set(['SESSION_ENDED']));
}, 240_000);

const CROWD_USERS = 10_000;
const SESSIONS_EACH = 5;

const fill = async ({ query }: TestDatabase): Promise<void> => {
  await query(
    `insert into auth."user" (id, email, role, created_at, updated_at)
     select uuidv7(), 'user-' || n || '@crowd.example', 'user', now(), now() from generate_series(1, $1::int) as n`,
    [CROWD_USERS],
  );
  await query(
    `insert into auth.session (id, user_id, token_hash, device_kind, device_label, created_at, authenticated_at, last_active_at, expires_at)
     select uuidv7(), u.id, sha256((u.email || n)::bytea), 'other', 'curl', now(), now(), now(), now() + interval '1 day'
     from auth."user" u, generate_series(1, $1::int) as n where u.email like '%@crowd.example'`,
    [SESSIONS_EACH],
  );
};

const scansOf = async ({ query }: TestDatabase): Promise<{ sequential: number; by_index: number }> => {
  const [scans] = await query<{ sequential: number; by_index: number }>(
    `select seq_scan::int as sequential, idx_scan::int as by_index
     from pg_stat_user_tables where schemaname = 'auth' and relname = 'session'`,
  );
  return scans ?? { sequential: Number.NaN, by_index: Number.NaN };
};

/** A backend tells what it did when it ends at the latest. */
const untilAlone = ({ query }: TestDatabase): Promise<void> =>
  expect
    .poll(
      () =>
        query(`select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
               and backend_type = 'client backend'`),
      { timeout: 10_000 },
    )
    .toHaveLength(0);

test('checks and lists go by index among 50,000 sessions, before and after ANALYZE', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const cookies: (string | null)[] = [];
  {
    await using t = await createTestAuth({ database });
    cookies.push((await registered(t, EMAIL)).cookie, (await loggedIn(t, EMAIL)).cookie);
  }
  await untilAlone(database);
  await fill(database);
  await database.query('select pg_stat_force_next_flush()');
  const before = await scansOf(database);

  const asked = { checks: 0 };
  {
    await using t = await createTestAuth({ database });
    const askAll = async () => {
      for (const cookie of cookies) {
        expect((await withCookie(t, cookie).rest('GET', '/me')).status).toBe(200);
        const list = await withCookie(t, cookie).rest('GET', '/auth/sessions');
        expect(list.body.items).toHaveLength(cookies.length);
      }
      // Together, so that they travel together.
      const together = await Promise.all(DOORS.flatMap((door) => cookies.map((cookie) => door(t, cookie))));
      expect(new Set(together)).toEqual(new Set(['accepted']));
      asked.checks += 2 * cookies.length + together.length;
    };
    await askAll();
    await database.query('analyze');
    await askAll();
  }
  await untilAlone(database);
  const after = await scansOf(database);
  expect(after.by_index - before.by_index).toBeGreaterThanOrEqual(asked.checks);
  expect(after.sequential - before.sequential).toBe(0);
});
