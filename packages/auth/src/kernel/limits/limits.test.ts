import { setTimeout as delay } from 'node:timers/promises';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { expect, inject, test } from 'vitest';
import { Browser, registered } from '../../../test/browser.ts';
import { createCountingHasher } from '../../../test/counting-hasher.ts';
import { createTestAuth, createTestDatabase } from '../../../test/create-test-auth.ts';
import { createDatabaseProxy } from '../../../test/database-proxy.ts';
import { eventually } from '../../../test/eventually.ts';
import { Metrics } from '../metrics/metrics.ts';
import { silentLogger } from '../ports.ts';
import type { LimitStore } from './limit-store.ts';
import { LIMITS, type Limit, type LimitName } from './limit-table.ts';
import { Limits } from './limits.ts';
import { PostgresLimitStore } from './postgres-limit-store.ts';

const around = () => ({ logger: silentLogger, metrics: new Metrics(silentLogger) });

const WRONG = 'not-the-password';
const { points } = LIMITS.login.account;

const storeOf = async () => {
  const database = await createTestDatabase(inject('postgres'));
  const store = new PostgresLimitStore({ databaseUrl: database.url, ...around() });
  return {
    database,
    store,
    limits: new Limits({ store, factor: 1, trustedServices: [], ...around() }),
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await database[Symbol.asyncDispose]();
    },
  };
};

test('a restart forgets no attempt', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const hasher = createCountingHasher();
  for (let start = 0; start < 3; start += 1) {
    await using t = await createTestAuth({ rateLimitFactor: 1, database, ports: { hasher } });
    for (let count = 0; count < points - 2; count += 1) await new Browser(t).login('ada@example.com', WRONG);
  }
  expect(hasher.checks).toBe(points);
});

test('instances share the limits, also when all of them are asked at once', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const hasher = createCountingHasher();
  await using one = await createTestAuth({ rateLimitFactor: 1, database, ports: { hasher } });
  await using two = await createTestAuth({ rateLimitFactor: 1, database, ports: { hasher } });

  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) => new Browser(index % 2 === 0 ? one : two).login('ada@example.com', WRONG)),
  );

  expect(hasher.checks).toBe(points);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(60 - points);
  expect((await one.events()).filter(({ type }) => type === 'user.locked')).toHaveLength(1);
});

test('what cannot be counted is refused with 503, the right password included', async () => {
  const hasher = createCountingHasher();
  await using t = await createTestAuth({ ports: { hasher } });
  await registered(t, 'ada@example.com');
  await t.database.query('alter table auth.rate_limit rename to gone');

  for (const answer of [
    await new Browser(t).login('ada@example.com'),
    await new Browser(t).register('bob@example.com'),
    await new Browser(t).mutate('auth.login', { email: 'ada@example.com', password: WRONG }),
  ]) {
    const error = answer.body.error.data ?? answer.body.error;
    expect([answer.status, error.code, answer.headers['retry-after']]).toEqual([503, 'UNAVAILABLE', '1']);
  }
  expect(hasher.checks).toBe(0);
  expect(t.log.filter(({ message }) => message === 'A request could not be served')).toHaveLength(3);

  await t.database.query('alter table auth.gone rename to rate_limit');
  expect((await new Browser(t).login('ada@example.com')).status).toBe(200);
});

test('with a store that is cut off or frozen nothing is allowed, and it recovers by itself', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using proxy = await createDatabaseProxy(database.url);
  const store = new PostgresLimitStore({ databaseUrl: proxy.url, ...around() });
  const limits = new Limits({ store, factor: 1, trustedServices: [], ...around() });
  const consume = () => limits.consume('register', { address: '203.0.113.7', account: null });
  expect(await consume()).toEqual({ kind: 'allowed' });

  for (const fail of [proxy.cut, proxy.freeze]) {
    fail();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, consume));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
    proxy.restore();
    const attempts = Array.from({ length: 100 });
    const recovered = { yet: false };
    for (const _ of attempts) {
      recovered.yet ||= await consume().then(
        () => true,
        () => false,
      );
      if (recovered.yet) break;
      await delay(50);
    }
    expect(recovered.yet).toBe(true);
  }
  await limits.close();
});

test('a success whose reset fails is a success', async () => {
  const warnings: string[] = [];
  const store: LimitStore = {
    createCounter: (options) =>
      Object.assign(new RateLimiterMemory(options), { delete: () => Promise.reject(new Error('The store is away')) }),
    close: async () => {},
  };
  const logger = { ...silentLogger, warn: (_fields: object, message: string) => warnings.push(message) };
  await using t = await createTestAuth({ ports: { limitStore: store, logger } });
  await registered(t, 'ada@example.com');
  expect((await new Browser(t).login('ada@example.com')).status).toBe(200);
  expect(warnings).toEqual(['A limit could not be relaxed']);
});

test('another store can take the place of PostgreSQL', async () => {
  const hasher = createCountingHasher();
  const limitStore: LimitStore = { createCounter: (options) => new RateLimiterMemory(options), close: async () => {} };
  await using t = await createTestAuth({ rateLimitFactor: 1, ports: { hasher, limitStore } });
  for (let count = 0; count < points + 5; count += 1) await new Browser(t).login('ada@example.com', WRONG);
  expect(hasher.checks).toBe(points);
  expect(await t.database.query('select 1 from auth.rate_limit')).toEqual([]);
  expect((await new Browser(t).login('ada@example.com')).body.error.details.retryAfterSeconds).toBeLessThanOrEqual(60);
});

test('attempts during an outage are not counted, where the counts are kept elsewhere', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using proxy = await createDatabaseProxy(database.url);
  const limitStore: LimitStore = { createCounter: (options) => new RateLimiterMemory(options), close: async () => {} };
  await using t = await createTestAuth({
    rateLimitFactor: 1,
    database: { ...database, url: proxy.url },
    ports: { limitStore },
  });
  await registered(t, 'ada@example.com');
  const wrong = async () => (await new Browser(t).login('ada@example.com', WRONG)).status;
  for (let count = 0; count < points - 1; count += 1) expect(await wrong()).toBe(401);
  proxy.cut();
  for (let count = 0; count < 2 * points; count += 1) expect(await wrong()).toBe(503);
  proxy.restore();
  await eventually(wrong).not.toBe(503);
  expect(await wrong()).toBe(429);
});

const RACED_FOR = 100;

test('of 200 at once exactly the points of a limit get through, and other keys are not touched', async () => {
  await using scene = await storeOf();
  for (const [name, limits] of Object.entries<Record<string, Limit>>(LIMITS)) {
    for (const [dimension, limit] of Object.entries(limits)) {
      const consume = (value: string) => {
        const keys = Object.keys(limits).map((each) => [each, each === dimension ? value : null]);
        return scene.limits.consume(name as LimitName, Object.fromEntries(keys));
      };
      // A large one is used up first, but for a rest that is raced for.
      const rest = Math.min(limit.points, RACED_FOR);
      for (let used = 0; used < limit.points - rest; used += RACED_FOR)
        await Promise.all(
          Array.from({ length: Math.min(RACED_FOR, limit.points - rest - used) }, () => consume('one')),
        );
      const verdicts = await Promise.all(Array.from({ length: 200 }, () => consume('one')));
      const allowed = verdicts.filter(({ kind }) => kind === 'allowed').length;
      const locking = verdicts.filter((verdict) => verdict.kind === 'refused' && verdict.hasJustLocked).length;
      expect([name, dimension, allowed, locking]).toEqual([name, dimension, rest, limit.lock ? 1 : 0]);
      expect(await consume('other')).toEqual({ kind: 'allowed' });
    }
  }
});

test('the address of an account is nowhere in the table', async () => {
  await using scene = await storeOf();
  const keys = {
    address: '203.0.113.7',
    pair: '203.0.113.7 ada@example.com',
    account: 'ada@example.com',
    device: 'abc ada@example.com',
  };
  await scene.limits.consume('login', keys);
  const rows = await scene.database.query<{ key: string }>('select key from auth.rate_limit order by key');
  expect(rows.map(({ key }) => key)).toEqual([
    expect.stringMatching(/^login\.account:[\w-]{43}$/),
    'login.address:203.0.113.7',
    expect.stringMatching(/^login\.device:[\w-]{43}$/),
    expect.stringMatching(/^login\.pair:[\w-]{43}$/),
  ]);
});

test('what has run out is removed, in batches, and what counts stays', async () => {
  await using scene = await storeOf();
  await scene.limits.consume('register', { address: '203.0.113.7', account: null });
  await scene.database.query(
    `insert into auth.rate_limit select 'login.address:' || n, 1, 1000 * (extract(epoch from now()) - 61) from generate_series(1, 12000) n`,
  );
  await scene.database.query(
    `insert into auth.rate_limit select 'login.address:just', 1, 1000 * (extract(epoch from now()) - 30)`,
  );
  await Promise.all([scene.store.purge(), scene.store.purge()]);
  const rows = await scene.database.query<{ key: string }>('select key from auth.rate_limit order by key');
  expect(rows.map(({ key }) => key)).toEqual(['login.address:just', 'register.address:203.0.113.7']);
});

test('counting has a connection of its own', async () => {
  await using scene = await storeOf();
  await scene.limits.consume('register', { address: '203.0.113.7', account: null });
  const rows = await scene.database.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where application_name = 'latchkey-limits' and datname = current_database()`,
  );
  expect(rows).toEqual([{ count: 1 }]);
});
