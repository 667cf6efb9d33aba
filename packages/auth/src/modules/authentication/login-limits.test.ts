import { readFile } from 'node:fs/promises';
import request, { type Response } from 'supertest';
import { expect, test } from 'vitest';
import { Browser, registered } from '../../../test/browser.ts';
import { createCountingHasher } from '../../../test/counting-hasher.ts';
import { createTestAuth, PASSWORD, type TestAuth } from '../../../test/create-test-auth.ts';
import { LIMITS } from '../../kernel/limits/limit-table.ts';

const WRONG = 'not-the-password';
const { address, account, pair } = LIMITS.login;

/** One with the limits of the product. */
const setScene = async () => {
  const hasher = createCountingHasher();
  const t = await createTestAuth({ rateLimitFactor: 1, ports: { hasher } });
  t.app.set('trust proxy', 'loopback');
  return { t, hasher, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
};

const loginFrom = (t: TestAuth, ipAddress: string, email: string, password = WRONG): Promise<Response> =>
  new Browser(t).rest('POST', '/auth/login', { body: { email, password }, headers: { 'x-forwarded-for': ipAddress } });

/** As many as given, a few at a time, each from an address of its own. */
const attack = async (t: TestAuth, email: string, attempts: number): Promise<Response[]> =>
  Promise.all(Array.from({ length: attempts }, (_, index) => loginFrom(t, `198.51.100.${index % 250}`, email)));

/** As if the time until the end of a window or a lock had passed. */
const letExpire = (t: TestAuth, limit: string) =>
  t.database.query(`update auth.rate_limit set expire = 0 where key like $1`, [`${limit}:%`]);

const expectRefused = ({ status, body, headers }: Response): number => {
  const { error: found } = Array.isArray(body) ? body[0] : body;
  const error = found.data ?? found;
  expect([status, error.code]).toEqual([429, 'RATE_LIMITED']);
  expect(headers['retry-after']).toBe(String(error.details.retryAfterSeconds));
  expect(error.details.retryAfterSeconds).toBeGreaterThan(0);
  return error.details.retryAfterSeconds;
};

test('1,000 parallel logins get no more password checks than the account has points', async () => {
  await using scene = await setScene();
  await registered(scene.t, 'ada@example.com');

  // In batches, because a thousand connections at once are more than a listener takes.
  const batches = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      request(scene.t.url)
        .post(`/trpc/${Array(10).fill('auth.login').join(',')}?batch=1`)
        .set('x-forwarded-for', `198.51.100.${index}`)
        .send(Object.fromEntries(Array(10).fill({ email: 'ada@example.com', password: WRONG }).entries())),
    ),
  );

  const statuses = batches.flatMap(({ body }) => body.map((answer: Response['body']) => answer.error.data.httpStatus));
  expect(statuses).toHaveLength(1000);
  expect(scene.hasher.checks).toBeLessThanOrEqual(account.points);
  expect(scene.hasher.checks).toBeGreaterThan(0);
  expect(statuses.filter((status) => status === 401)).toHaveLength(scene.hasher.checks);
  expect(statuses.filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
}, 60_000);

test('1,000 logins in batches of 10 and 1,000 single ones from one address stay within its points', async () => {
  await using scene = await setScene();
  const batchOf10 = (round: number) =>
    request(scene.t.url)
      .post(`/trpc/${Array(10).fill('auth.login').join(',')}?batch=1`)
      .send(
        Object.fromEntries(
          Array.from({ length: 10 }, (_, index) => [
            index,
            { email: `user-${round}-${index}@example.com`, password: WRONG },
          ]),
        ),
      );

  const batches: Response[] = [];
  for (let round = 0; round < 100; round += 1) batches.push(await batchOf10(round));
  expect(scene.hasher.checks).toBe(address.points);
  for (let round = 0; round < 1000; round += 1) await new Browser(scene.t).login(`single-${round}@example.com`, WRONG);

  expect(scene.hasher.checks).toBe(address.points);
  expect(batches.slice(0, 10).map(({ status }) => status)).toEqual(Array(10).fill(401));
  const { status, headers, body } = batches.at(-1) as Response;
  const waits = body.map((answer: Response['body']) => answer.error.data.details.retryAfterSeconds);
  expect([status, headers['retry-after']]).toEqual([429, String(Math.max(...waits))]);
}, 60_000);

test('1,000 addresses of one IPv6 network, and one address in all its spellings, count as one', async () => {
  await using scene = await setScene();
  for (let index = 0; index < 1000; index += 1) {
    await loginFrom(
      scene.t,
      `2001:db8:1:2:${(index * 7919).toString(16).slice(-4)}::${index.toString(16)}`,
      `a${index}@example.com`,
    );
  }
  expect(scene.hasher.checks).toBe(address.points);

  scene.hasher.checks = 0;
  const spellings = ['203.0.113.7', '::ffff:203.0.113.7', '::ffff:cb00:7107', '0:0:0:0:0:ffff:203.0.113.7'];
  for (let index = 0; index < address.points + 20; index += 1) {
    await loginFrom(scene.t, spellings[index % spellings.length] ?? '', `b${index}@example.com`);
  }
  expect(scene.hasher.checks).toBe(address.points);
}, 60_000);

test('REST and tRPC draw on the same points, and refuse alike', async () => {
  await using scene = await setScene();
  const browser = new Browser(scene.t);
  for (let count = 0; count < account.points; count += 2) {
    expect((await browser.login('ada@example.com', WRONG)).status).toBe(401);
    expect((await browser.mutate('auth.login', { email: 'ADA@example.com ', password: WRONG })).status).toBe(401);
  }
  expectRefused(await browser.login('ada@example.com', WRONG));
  expectRefused(await browser.mutate('auth.login', { email: 'ada@example.com', password: WRONG }));
  expectRefused(await browser.mutate('auth.login', { email: 'ada@example.com', password: WRONG }, { isBatch: true }));
});

test('what is not valid is not counted', async () => {
  await using scene = await setScene();
  for (let count = 0; count < 20; count += 1)
    await new Browser(scene.t).rest('POST', '/auth/login', { body: { email: 'ada@example.com' } });
  expect(await scene.t.database.query('select 1 from auth.rate_limit')).toEqual([]);
});

test('a lock is longer each time, begins once, and is noted with the account', async () => {
  await using scene = await setScene();
  await registered(scene.t, 'ada@example.com');
  const waits: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const answers = await attack(scene.t, 'ada@example.com', account.points + 5);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(account.points);
    waits.push(expectRefused(await loginFrom(scene.t, '203.0.113.99', 'ada@example.com')));
    await letExpire(scene.t, 'login.account');
  }

  for (const [round, seconds] of [60, 120, 240, 480].entries()) {
    expect(waits[round]).toBeLessThanOrEqual(seconds);
    expect(waits[round]).toBeGreaterThan(seconds / 2);
  }
  const locked = (await scene.t.events()).filter(({ type }) => type === 'user.locked');
  expect(locked.map(({ data }) => data)).toEqual(
    [60, 120, 240, 480].map((retryAfterSeconds) => ({ retryAfterSeconds })),
  );
  const [{ id } = { id: '' }] = await scene.t.database.query<{ id: string }>('select id from auth."user"');
  expect(locked.map(({ user_id, actor_id }) => [user_id, actor_id])).toEqual(Array(4).fill([id, null]));
});

test('no lock is longer than the longest', async () => {
  await using scene = await setScene();
  await attack(scene.t, 'ada@example.com', account.points + 1);
  await scene.t.database.query(`update auth.rate_limit set points = 1000 where key like 'login.account.locks:%'`);
  await letExpire(scene.t, 'login.account');
  await attack(scene.t, 'ada@example.com', account.points + 1);
  expect(expectRefused(await loginFrom(scene.t, '203.0.113.99', 'ada@example.com'))).toBeLessThanOrEqual(
    account.lock.maxSeconds,
  );
});

test('an address without an account is limited like one with an account', async () => {
  await using scene = await setScene();
  await registered(scene.t, 'ada@example.com');
  const outcomes = async (email: string) => {
    const codes: string[] = [];
    for (let count = 0; count < account.points + 2; count += 1)
      codes.push((await new Browser(scene.t).login(email, WRONG)).body.error.code);
    return codes;
  };
  expect(await outcomes('nobody@example.com')).toEqual(await outcomes('ada@example.com'));
  const locked = (await scene.t.events()).filter(({ type }) => type === 'user.locked');
  expect(locked.map(({ user_id }) => user_id !== null)).toEqual([false, true]);
});

test('success resets the account and the pair, and not the address', async () => {
  await using scene = await setScene();
  await registered(scene.t, 'ada@example.com');
  for (let round = 0; round < 3; round += 1) {
    for (let count = 0; count < account.points - 1; count += 1)
      await new Browser(scene.t).login('ada@example.com', WRONG);
    expect((await new Browser(scene.t).login('ada@example.com')).status).toBe(200);
  }

  const left = await scene.t.database.query<{ key: string; points: number }>(`select key, points from auth.rate_limit`);
  expect(left).toEqual(expect.arrayContaining([{ key: 'login.address:127.0.0.1', points: 3 * account.points }]));
  expect(left.filter(({ key }) => /^login\.(account|pair)/.test(key))).toEqual([]);
});

test('one address alone cannot keep an account locked for everybody else', async () => {
  await using scene = await setScene();
  await registered(scene.t, 'ada@example.com');
  for (let count = 0; count < pair.points * 2; count += 1) {
    await loginFrom(scene.t, '203.0.113.7', 'ada@example.com');
    await letExpire(scene.t, 'login.account');
    await letExpire(scene.t, 'login.address');
  }
  expect(scene.hasher.checks).toBe(pair.points);
  expect(expectRefused(await loginFrom(scene.t, '203.0.113.7', 'ada@example.com'))).toBeGreaterThan(3600);
  expect((await loginFrom(scene.t, '203.0.113.8', 'ada@example.com', PASSWORD)).status).toBe(200);
});

test('registrations are limited by address, whether or not they succeed', async () => {
  await using scene = await setScene();
  const { points } = LIMITS.register.address;
  const statuses: number[] = [];
  for (let index = 0; index < points + 3; index += 1) {
    statuses.push((await new Browser(scene.t).register(`user-${index % (points - 10)}@example.com`)).status);
  }
  expect(Map.groupBy(statuses, (status) => status).get(201)).toHaveLength(points - 10);
  expect(statuses.slice(-3)).toEqual([429, 429, 429]);
  expect(statuses.indexOf(429)).toBe(points);
  expectRefused(await new Browser(scene.t).register('another@example.com'));
});

test('the points of a limit are multiplied by the factor', async () => {
  const hasher = createCountingHasher();
  await using t = await createTestAuth({ rateLimitFactor: 0.5, ports: { hasher } });
  await attack(t, 'ada@example.com', 30);
  expect(hasher.checks).toBe(account.points / 2);
});

test('an operator lifts a lock as the documentation says', async () => {
  await using scene = await setScene();
  await registered(scene.t, 'ada@example.com');
  await attack(scene.t, 'ada@example.com', account.points + 5);
  const text = await readFile(new URL('../../../../../docs/limits.md', import.meta.url), 'utf8');
  const [, sql = ''] = /```sql\n([^`]+)```/.exec(text) ?? [];

  await scene.t.database.query(sql);

  const left = await scene.t.database.query(`select 1 from auth.rate_limit where key like 'login.account%'`);
  expect(left).toEqual([]);
  expect((await loginFrom(scene.t, '203.0.113.99', 'ada@example.com', PASSWORD)).status).toBe(200);
});

test('a trusted service is not limited by address, the accounts behind it are', async () => {
  const hasher = createCountingHasher();
  await using t = await createTestAuth({ rateLimitFactor: 1, trustedServices: ['127.0.0.0/8'], ports: { hasher } });
  for (let count = 0; count < address.points + 5; count += 1) await new Browser(t).login(`user-${count}@example.com`);
  expect(hasher.checks).toBe(address.points + 5);
  for (let count = 0; count < account.points + 5; count += 1) await new Browser(t).login('ada@example.com');
  expect(hasher.checks).toBe(address.points + 5 + account.points);
});
