import { createTestDatabase } from '@latchkey/auth/testing';
import { isRedisMissing, startRedisServer, subscribeTo } from '@latchkey/auth/testing/redis';
import { expect, inject, test } from 'vitest';
import { ServerProcess } from '../test/server-process.ts';
import { findFreePort } from './find-free-port.ts';

const USERS = 10;
const CHANGES_EACH = 100;
const NOBODY = '01900000-0000-7000-8000-000000000001';
const HEADERS = { 'content-type': 'application/json' };
const PASSWORD = 'tidal-copper-lantern';

const start = async (environment: Record<string, string>) => {
  const port = await findFreePort();
  const settings = { PORT: String(port), BCRYPT_COST: '4', RATE_LIMIT_FACTOR: '1000000', MAX_SESSIONS_PER_USER: '0' };
  const launch = async () => {
    const server = new ServerProcess({ ...settings, ...environment });
    await server.says('Latchkey is running');
    return server;
  };
  const running = { server: await launch() };
  return {
    url: `http://127.0.0.1:${port}/api/v1`,
    crash: async () => {
      running.server.child.kill('SIGKILL');
      await running.server.ended();
      running.server = await launch();
    },
    [Symbol.asyncDispose]: () => running.server[Symbol.asyncDispose](),
  };
};

/** One change after the other, here or there; what a crash has swallowed is tried elsewhere. */
const changeAgainAndAgain = async (urls: string[], email: string, onChange: () => void): Promise<void> => {
  for (let change = 0; change < CHANGES_EACH; ) {
    const url = urls[Math.floor(Math.random() * urls.length)];
    const body = JSON.stringify({ email, password: PASSWORD });
    const answer = await fetch(`${url}/auth/login`, { method: 'POST', headers: HEADERS, body }).catch(() => null);
    if (answer?.status !== 200) continue;
    change += 1;
    onChange();
  }
};

test.skipIf(isRedisMissing)(
  'through crashes of both instances, what was committed reaches Redis and a subscriber, in order per user, and nothing else does',
  async () => {
    await using database = await createTestDatabase(inject('postgres'));
    await database.query('create table public.heard (n bigserial, id uuid not null)');
    await database.query('grant all on public.heard, public.heard_n_seq to latchkey');
    await using redis = await startRedisServer();
    await using listener = await subscribeTo(redis.url);
    const environment = { DATABASE_URL: database.url, REDIS_URL: redis.url };
    await using here = await start(environment);
    await using there = await start(environment);
    const program = '../test/subscriber-program.ts';
    await using survivor = new ServerProcess({ DATABASE_URL: database.url }, program);
    await survivor.says('Subscribed');
    const doomed = new ServerProcess({ DATABASE_URL: database.url }, program);
    await doomed.says('Subscribed');

    const emails = Array.from({ length: USERS }, (_, index) => `user-${index}@example.com`);
    for (const email of emails) {
      const body = JSON.stringify({ email, password: PASSWORD });
      const answer = await fetch(`${here.url}/auth/register`, { method: 'POST', headers: HEADERS, body });
      expect(answer.status).toBe(201);
    }
    const done = { changes: 0 };
    const crashes = new Map<number, () => Promise<unknown>>([
      [200, () => here.crash()],
      [400, () => there.crash()],
      [500, async () => doomed.child.kill('SIGKILL')],
      [700, () => here.crash()],
    ]);
    const crashing: Promise<unknown>[] = [];
    const onChange = () => {
      done.changes += 1;
      const crash = crashes.get(done.changes);
      if (crash !== undefined) crashing.push(crash());
      if (done.changes % 50 === 0) crashing.push(rollBack(database));
    };
    await Promise.all(emails.map((email) => changeAgainAndAgain([here.url, there.url], email, onChange)));
    await Promise.all(crashing);

    const written = await database.query<{ id: string; user_id: string }>(
      'select id, user_id from auth.event order by id',
    );
    expect(written.length).toBeGreaterThanOrEqual(2 * USERS * CHANGES_EACH);
    const inRedis = () => listener.heard.map(({ id }) => id);
    const byCrm = async () =>
      (await database.query<{ id: string }>('select id from public.heard order by n')).map(({ id }) => id);
    const pending = () => database.query('select sink from auth.event_pending limit 1');
    await expect.poll(pending, { timeout: 60_000, interval: 100 }).toEqual([]);
    await expect.poll(() => new Set(inRedis()).size, { timeout: 30_000 }).toBe(written.length);
    for (const heard of [inRedis(), await byCrm()]) {
      const firstTimes = [...new Set(heard)];
      expect(new Set(firstTimes)).toEqual(new Set(written.map(({ id }) => id)));
      expect(byUser(firstTimes, written)).toEqual(
        byUser(
          written.map(({ id }) => id),
          written,
        ),
      );
    }
  },
  180_000,
);

const rollBack = async ({ query }: { query(sql: string, values?: unknown[]): Promise<unknown> }): Promise<void> => {
  await query(
    `begin; insert into auth.event (id, occurred_at, type, user_id, trace_id, data)
     values (uuidv7(), now(), 'user.updated', '${NOBODY}', 'rolled back', '{}'); rollback`,
  );
};

const byUser = (ids: string[], written: { id: string; user_id: string }[]): Partial<Record<string, string[]>> => {
  const ownerOf = new Map(written.map(({ id, user_id }) => [id, user_id]));
  return Object.groupBy(ids, (id) => ownerOf.get(id) ?? 'nobody');
};
