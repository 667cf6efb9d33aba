import { RateLimiterRes } from 'rate-limiter-flexible';
import { expect, inject, test, vi } from 'vitest';
import { Browser, loggedIn, refusedAfter, registered } from '../../test/browser.ts';
import { createCountingHasher } from '../../test/counting-hasher.ts';
import { createTestAuth, createTestDatabase, type TestAuth } from '../../test/create-test-auth.ts';
import { readEvents } from '../../test/event-reader.ts';
import { eventually } from '../../test/eventually.ts';
import { isRedisMissing, startRedisServer, subscribeTo } from '../../test/redis-server.ts';
import { createAuth } from '../create-auth.ts';
import { LIMITS } from '../kernel/limits/limit-table.ts';
import { Limits } from '../kernel/limits/limits.ts';
import { PostgresLimitStore } from '../kernel/limits/postgres-limit-store.ts';
import { Metrics } from '../kernel/metrics/metrics.ts';
import { silentLogger } from '../kernel/ports.ts';
import { connectRedis, verifyRedis } from './index.ts';

const { points } = LIMITS.login.account;

const redisTest = test.skipIf(isRedisMissing);

const idsIn = async (t: TestAuth): Promise<string[]> =>
  (await t.database.query<{ id: string }>('select id from auth.event order by id')).map(({ id }) => id);

const limitsIn = async (t: TestAuth): Promise<number> =>
  (await t.database.query('select 1 from auth.rate_limit')).length;

redisTest('each committed event is published to the channel of its type', async () => {
  await using server = await startRedisServer();
  await using subscriber = await subscribeTo(server.url);
  await using t = await createTestAuth({ ports: { redis: connectRedis({ url: server.url }) } });
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('POST', '/auth/logout');

  const events = await t.database.query<{ id: string; type: string }>('select id, type from auth.event order by id');
  await eventually(() => subscriber.heard.map(({ id }) => id).toSorted()).toEqual(events.map(({ id }) => id));
  const channelOf = new Map(subscriber.heard.map(({ id, channel }) => [id, channel]));
  expect(events.every(({ id, type }) => channelOf.get(id) === `auth:${type}`)).toBe(true);
  expect(subscriber.heard[0]).toMatchObject({ userId: expect.any(String), occurredAt: expect.stringMatching(/Z$/) });
});

redisTest.for(['killed', 'frozen'] as const)(
  'while Redis is %s, logins go on and are limited, and publishing goes on where it stopped',
  async (fate) => {
    await using server = await startRedisServer();
    await using subscriber = await subscribeTo(server.url);
    const redis = connectRedis({ url: server.url });
    await using t = await createTestAuth({ rateLimitFactor: 1, ports: { redis } });
    await registered(t, 'ada@example.com');
    await eventually(() => redis.isUsable()).toBe(true);
    await loggedIn(t, 'ada@example.com');
    const before = await limitsIn(t);

    if (fate === 'killed') await server.kill();
    else server.freeze();
    await loggedIn(t, 'ada@example.com');
    await eventually(() => redis.isUsable()).toBe(false);
    await loggedIn(t, 'ada@example.com');
    expect(await limitsIn(t)).toBeGreaterThan(before);
    const refused = await refusedAfter(t, 'bob@example.com');
    expect(refused).toBe(points);

    if (fate === 'killed') await server.start();
    else server.thaw();
    await eventually(() => redis.isUsable()).toBe(true);
    const written = await idsIn(t);
    await eventually(() => new Set(subscriber.heard.map(({ id }) => id))).toEqual(new Set(written));
    expect(await refusedAfter(t, 'eve@example.com')).toBe(points);
  },
);

redisTest('an instance that does not reach Redis leaves publishing to one that does', async () => {
  await using server = await startRedisServer();
  await using subscriber = await subscribeTo(server.url);
  await using cutOff = await createTestAuth({ ports: { redis: connectRedis({ url: 'redis://127.0.0.1:1' }) } });
  const redis = connectRedis({ url: server.url });
  await using t = await createTestAuth({ database: cutOff.database, ports: { redis } });
  await eventually(() => redis.isUsable()).toBe(true);
  await registered(cutOff, 'ada@example.com');
  for (let logins = 0; logins < 10; logins += 1) await loggedIn(cutOff, 'ada@example.com');
  const written = await idsIn(t);
  await eventually(() => subscriber.heard.map(({ id }) => id).toSorted()).toEqual(written);
  expect(cutOff.log.map(({ message }) => message)).not.toContainEqual(expect.stringContaining('Events wait'));
});

redisTest('a service starts without its Redis, and takes it into use once it is there', async () => {
  await using server = await startRedisServer();
  await server.kill();
  const redis = connectRedis({ url: server.url });
  await using t = await createTestAuth({ ports: { redis } });
  await registered(t, 'ada@example.com');
  expect(redis.isUsable()).toBe(false);
  await server.start();
  await using subscriber = await subscribeTo(server.url);
  await eventually(() => redis.isUsable()).toBe(true);
  await loggedIn(t, 'ada@example.com');
  await eventually(() => subscriber.heard.map(({ channel }) => channel)).toContain('auth:user.login');
});

test('a start that fails lets go of Redis, too', async () => {
  const redis = connectRedis({ url: 'redis://127.0.0.1:1' });
  const close = vi.spyOn(redis, 'close');
  const databaseUrl = 'postgresql://127.0.0.1:1/nothing';
  await expect(createAuth({ databaseUrl }, { redis })).rejects.toThrow();
  await expect(createAuth({ databaseUrl: 'nonsense' }, { redis })).rejects.toThrow();
  expect(close).toHaveBeenCalledTimes(2);
});

redisTest('when neither Redis nor PostgreSQL can count, nothing is allowed', async () => {
  await using server = await startRedisServer();
  const hasher = createCountingHasher();
  const redis = connectRedis({ url: server.url });
  await using t = await createTestAuth({ ports: { hasher, redis } });
  await server.kill();
  await t.database.query('alter table auth.rate_limit rename to gone');
  const answer = await new Browser(t).login('ada@example.com');
  expect([answer.status, answer.body.error.code]).toEqual([503, 'UNAVAILABLE']);
  expect(hasher.checks).toBe(0);
});

redisTest(
  'counted in Redis, of 100 at once exactly the points of a limit get through, and one begins the lock',
  async () => {
    await using server = await startRedisServer();
    await using database = await createTestDatabase(inject('postgres'));
    const redis = connectRedis({ url: server.url });
    const metrics = new Metrics(silentLogger);
    const store = redis.createLimitStore(
      new PostgresLimitStore({ databaseUrl: database.url, logger: silentLogger, metrics }),
    );
    const limits = new Limits({ store, factor: 1, trustedServices: [], logger: silentLogger, metrics });
    await eventually(() => redis.isUsable()).toBe(true);
    const keys = { address: null, pair: null, account: 'ada@example.com', device: null };
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => limits.consume('login', keys)));
    expect(verdicts.filter(({ kind }) => kind === 'allowed')).toHaveLength(points);
    expect(verdicts.filter((verdict) => verdict.kind === 'refused' && verdict.hasJustLocked)).toHaveLength(1);
    expect(await limits.consume('login', keys)).toMatchObject({ kind: 'refused', retryAfterSeconds: 60 });

    await limits.reset('login', keys);
    expect(await limits.consume('login', keys)).toEqual({ kind: 'allowed' });
    expect(await database.query('select 1 from auth.rate_limit')).toEqual([]);
    await limits.close();
    await redis.close();
  },
);

redisTest('a refusal is no failure of Redis', async () => {
  await using server = await startRedisServer();
  await using database = await createTestDatabase(inject('postgres'));
  const redis = connectRedis({ url: server.url });
  const metrics = new Metrics(silentLogger);
  const store = redis.createLimitStore(
    new PostgresLimitStore({ databaseUrl: database.url, logger: silentLogger, metrics }),
  );
  await eventually(() => redis.isUsable()).toBe(true);
  const counter = store.createCounter({ keyPrefix: 'test', points: 1, duration: 60 });
  await counter.consume('ada');
  await expect(counter.consume('ada')).rejects.toBeInstanceOf(RateLimiterRes);
  expect(redis.isUsable()).toBe(true);
  await store.close();
  await redis.close();
});

redisTest('open streams hear of changes by Redis while the channel of PostgreSQL is cut', async () => {
  await using server = await startRedisServer();
  await using t = await createTestAuth({ ports: { redis: connectRedis({ url: server.url }) } });
  await using there = await createTestAuth({
    database: t.database,
    ports: { redis: connectRedis({ url: server.url }) },
  });
  const laptop = await registered(t, 'ada@example.com');
  const cutting = setInterval(() => {
    t.database
      .query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey-changes'`)
      .catch(() => {});
  }, 10);
  try {
    await using stream = await readEvents(there, laptop);
    expect(stream.status).toBe(200);
    await loggedIn(t, 'ada@example.com');
    expect(await stream.next()).toMatchObject({ event: 'change', data: { type: 'session.created' } });
  } finally {
    clearInterval(cutting);
  }
});

redisTest('what comes on both ways is told once, and what makes no sense ends nothing', async () => {
  await using server = await startRedisServer();
  await using subscriber = await subscribeTo(server.url);
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_fields: object, message: string) => warnings.push(message) };
  await using t = await createTestAuth({ ports: { redis: connectRedis({ url: server.url, logger }) } });
  const laptop = await registered(t, 'ada@example.com');
  await using stream = await readEvents(t, laptop);
  await subscriber.publish('auth:session.revoked', 'no JSON');
  await subscriber.publish('auth:session.revoked', '{"id":1,"userId":null,"data":{}}');
  await loggedIn(t, 'ada@example.com');
  const first = await stream.next();
  await eventually(() => subscriber.heard.map(({ id }) => id)).toContain(first?.id);
  await loggedIn(t, 'ada@example.com');
  const second = await stream.next();
  expect([first?.event, second?.event]).toEqual(['change', 'change']);
  expect(second?.id).not.toBe(first?.id);
  expect(warnings).toEqual(Array(2).fill('A message from Redis makes no sense'));
});

redisTest('gets in with user, password and database number, and says why not, never with the password', async () => {
  await using server = await startRedisServer(['user ada on >s3cret~pass ~* &* +@all', 'user default off']);
  const url = `redis://ada:s3cret~pass@127.0.0.1:${server.port}/3`;
  await verifyRedis(url);
  const redis = connectRedis({ url });
  await using t = await createTestAuth({ ports: { redis } });
  await eventually(() => redis.isUsable()).toBe(true);
  await registered(t, 'ada@example.com');
  expect(await server.ask(url, 'info', 'keyspace')).toContain('db3:keys=');

  const log: string[] = [];
  const logger = { ...silentLogger, warn: (fields: object) => log.push(JSON.stringify(fields)) };
  const stranger = connectRedis({ url: url.replace('s3cret', 'wr0ng'), logger });
  await eventually(() => log.length).toBe(1);
  expect(log[0]).toContain('WRONGPASS');
  expect(log.join()).not.toContain('wr0ng');
  await stranger.close();
  await expect(verifyRedis(url.replace('s3cret', 'wr0ng'))).rejects.toThrow('WRONGPASS');
});

redisTest('a feed that may not subscribe says so once, and hears as soon as it may', async () => {
  await using server = await startRedisServer(['user feed on >secret ~* &* +@all -subscribe']);
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_fields: object, message: string) => void warnings.push(message) };
  const redis = connectRedis({ url: `redis://feed:secret@127.0.0.1:${server.port}`, logger });
  const feed = redis.createFeed({ types: ['user.login'], onEvent: () => {}, onRestored: () => {} });
  const refusals = async () =>
    String(await server.ask(server.url, 'INFO', 'errorstats')).match(/NOPERM:count=(\d+)/)?.[1];
  await expect(feed.listen()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(warnings).toEqual(['The feed of events could not be subscribed to']);
  // In two seconds: after 0.1, 0.2, 0.4 and 0.8 of them, and the time that connecting takes.
  expect(Number(await refusals())).toBeLessThanOrEqual(6);
  await server.ask(server.url, 'ACL', 'SETUSER', 'feed', '+subscribe');
  await eventually(() =>
    feed.listen().then(
      () => 'hears',
      () => 'waits',
    ),
  ).toBe('hears');
  await feed.close();
  await redis.close();
});
