import { setTimeout as delay } from 'node:timers/promises';
import type { Response } from 'supertest';
import { expect, inject, test } from 'vitest';
import { Browser, registered } from './browser.ts';
import { createTestAuth, createTestDatabase, PASSWORD } from './create-test-auth.ts';
import { createDatabaseProxy } from './database-proxy.ts';

/** A service behind a proxy, somebody who is logged in, and calls of each kind. */
const setScene = async () => {
  const database = await createTestDatabase(inject('postgres'));
  const proxy = await createDatabaseProxy(database.url);
  const t = await createTestAuth({ database: { ...database, url: proxy.url } });
  const ada = await registered(t, 'ada@example.com');
  const calls: (() => Promise<Response>)[] = [
    () => ada.rest('GET', '/me'),
    () => ada.query('auth.me'),
    () => ada.rest('GET', '/auth/sessions'),
    () => ada.rest('PATCH', '/me', { body: { name: 'Ada' } }),
    () => new Browser(t).login('ada@example.com'),
    () => new Browser(t).rest('POST', '/auth/register', { body: { email: 'bob@example.com', password: PASSWORD } }),
  ];
  return {
    t,
    proxy,
    ada,
    calls,
    database,
    [Symbol.asyncDispose]: async () => {
      proxy.restore();
      await t[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

const expectUnavailable = ({ status, body, headers }: Response) => {
  expect(status).toBe(503);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  const error = body.error.data ?? body.error;
  expect(error).toMatchObject({ code: 'UNAVAILABLE', details: { retryAfterSeconds: expect.any(Number) } });
};

/** The service recovers by itself; how soon is a matter of its reconnection, not of the machine. */
const untilServed = async (call: () => Promise<Response>): Promise<void> => {
  const attempts = Array.from({ length: 100 });
  for (const _ of attempts) {
    if ((await call()).status === 200) return;
    await delay(50);
  }
  throw new Error('The service did not recover');
};

test('cut off from PostgreSQL every call answers 503, and the service recovers by itself', async () => {
  await using scene = await setScene();
  scene.proxy.cut();

  for (const answer of await Promise.all(scene.calls.map((call) => call()))) expectUnavailable(answer);

  scene.proxy.restore();
  await untilServed(() => scene.ada.rest('GET', '/me'));
  await untilServed(() => scene.ada.rest('GET', '/auth/sessions'));
  expect(await scene.database.query('select 1 from auth."user"')).toHaveLength(1);
});

test('with PostgreSQL frozen every call answers 503 before the caller gives up, and recovers afterwards', async () => {
  await using scene = await setScene();
  scene.proxy.freeze();

  const startedAt = performance.now();
  const answers = await Promise.all(scene.calls.map((call) => call()));
  const seconds = (performance.now() - startedAt) / 1000;

  for (const answer of answers) expectUnavailable(answer);
  // The promise is three seconds; it is kept by deadlines, and this bound only tells that they exist.
  expect(seconds).toBeLessThan(8);
  scene.proxy.restore();
  await untilServed(() => scene.ada.rest('GET', '/me'));
  await untilServed(() => scene.ada.rest('GET', '/auth/sessions'));
});

test('a check of many sessions at once tells them apart', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  const browsers = await Promise.all(
    Array.from({ length: 15 }, (_, index) => registered(t, `user-${index}@example.com`)),
  );
  const stranger = new Browser(t);
  stranger.cookie = `latchkey_session=${'A'.repeat(43)}`;

  const rounds = Array.from({ length: 8 }, () => [...browsers, stranger]).flat();
  const answers = await Promise.all(
    rounds.map(async (browser) => ({ browser, answer: await browser.rest('GET', '/me') })),
  );

  for (const { browser, answer } of answers) {
    const index = browsers.indexOf(browser);
    if (index < 0) expect(answer.status).toBe(401);
    else expect(answer.body.user.email).toBe(`user-${index}@example.com`);
  }
});

test('one lost connection fails nothing but what was on it', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('GET', '/me');
  await t.database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey-session-check'`,
  );
  await untilServed(() => ada.rest('GET', '/me'));
});
