import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createdBy } from './app-token-scene.ts';
import { call } from './bearer.ts';
import { type Browser, registered } from './browser.ts';
import { createFullAuth } from './create-full-auth.ts';
import { createTestAuth, PASSWORD, type TestAuth } from './create-test-auth.ts';
import { readEvents } from './event-reader.ts';
import { eventually } from './eventually.ts';

const POOL = 10;
const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');

/** How many connections each part holds, by the name that it gives them. */
const heldBy = async (t: TestAuth): Promise<Record<string, number>> => {
  const rows = await t.database.query<{ name: string; count: number }>(
    `select application_name as name, count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name like 'latchkey%' group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
};

/** As many at once as no pool has places for: each of them waits for one. */
const crowd = async (t: TestAuth, ada: Browser, bearers: string[]) => {
  const calls = Array.from({ length: 8 * POOL }, (_, index) => {
    const token = bearers[index % bearers.length];
    return [
      ada.rest('GET', '/auth/sessions'),
      call(t, 'GET /api/v1/me', { ...(token !== undefined && { token }) }),
      call(t, 'POST /api/v1/auth/login', { body: { email: 'ada@example.com', password: PASSWORD } }),
    ];
  });
  await Promise.all(calls.flat());
};

/** The most that was seen of each, looked for again and again while a crowd asks. */
const mostHeld = async (t: TestAuth, ada: Browser, bearers: string[]): Promise<Record<string, number>> => {
  const most: Record<string, number> = {};
  const look = async () => {
    for (const [name, count] of Object.entries(await heldBy(t))) most[name] = Math.max(count, most[name] ?? 0);
  };
  const crowded = crowd(t, ada, bearers).then(() => 'over');
  while ((await Promise.race([crowded, look()])) !== 'over');
  await t.auth.ping();
  await look();
  return most;
};

const sumOf = (held: Record<string, number>): number => Object.values(held).reduce((sum, count) => sum + count, 0);

test('with cookies alone an instance holds the pool and nine connections more at most, as the page says', async () => {
  const subscriber = { name: 'crm', handle: () => {} };
  await using t = await createTestAuth({ databasePoolSize: POOL, ports: { subscribers: [subscriber] } });
  const ada = await registered(t, 'ada@example.com');
  await using _stream = await readEvents(t, ada);
  await eventually(async () => (await heldBy(t))['latchkey-changes']).toBe(1);

  const held = await mostHeld(t, ada, []);
  expect(held).toMatchObject({
    'latchkey-changes': 1,
    'latchkey-outbox': 1,
    'latchkey-ready': 1,
    'latchkey-session-check': 2,
  });
  expect(held.latchkey).toBeLessThanOrEqual(POOL);
  expect(held['latchkey-limits']).toBeLessThanOrEqual(4);
  expect(sumOf({ ...held, latchkey: POOL, 'latchkey-limits': 4 })).toBe(POOL + 9);
  expect(page).toContain('`DATABASE_POOL_SIZE` + 9, so 19, with cookies alone');
});

test('with tokens, app tokens and all the rest it is the pool and fourteen', async () => {
  await using t = await createFullAuth({ databasePoolSize: POOL, trustedServices: ['127.0.0.0/8'] });
  const ada = await registered(t, 'ada@example.com');
  const { accessToken } = (await ada.rest('POST', '/auth/token', { body: {} })).body;
  const { token: appToken } = await createdBy(ada);
  await using _stream = await readEvents(t, ada);
  await using _denials = await readEvents(t, { cookie: null }, { path: '/api/v1/auth/tokens/denials' });

  const held = await mostHeld(t, ada, [accessToken, appToken]);
  expect(held).toMatchObject({
    'latchkey-changes': 1,
    'latchkey-denials': 1,
    'latchkey-outbox': 1,
    'latchkey-ready': 1,
    'latchkey-session-check': 6,
  });
  expect(held.latchkey).toBeLessThanOrEqual(POOL);
  expect(held['latchkey-limits']).toBeLessThanOrEqual(4);
  expect(sumOf({ ...held, latchkey: POOL, 'latchkey-limits': 4 })).toBe(POOL + 14);
  expect(page).toContain('+ 14, so 24, with tokens, app tokens and all the rest');
});
