import type { AddressInfo } from 'node:net';
import express from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import { Browser, loggedIn, registered } from '../../test/browser.ts';
import { createTestAuth, type TestAuth } from '../../test/create-test-auth.ts';
import { AuthError, type CoreServices, defineModule, principalOf, type RequireSessionOptions } from '../index.ts';
import { connectAuth, type RemoteAuthOptions } from './index.ts';

/** An app of its own, guarded by the service of the test. */
const createApp = async (t: TestAuth, options: Partial<RemoteAuthOptions> = {}, guard: RequireSessionOptions = {}) => {
  const asked: number[] = [];
  const arrivals = { expected: Number.POSITIVE_INFINITY, complete: Promise.withResolvers<void>() };
  const auth = connectAuth({
    url: t.url,
    fetch: async (url, init) => {
      asked.push(JSON.parse(String(init.body)).tokens.length);
      if (Number.isFinite(arrivals.expected)) await arrivals.complete.promise;
      return fetch(url, init);
    },
    ...options,
  });
  const app = express();
  app.use((_req, _res, next) => {
    arrivals.expected -= 1;
    if (arrivals.expected === 0) arrivals.complete.resolve();
    next();
  });
  app.all('/hello', auth.requireSession(guard), (req, res) => void res.json(principalOf(req)));
  app.use(...auth.notFound());
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    arrivals,
    get: (cookie: string | null) =>
      request(url)
        .get('/hello')
        .set(cookie === null ? {} : { cookie }),
    post: (cookie: string | null, headers = {}) =>
      request(url)
        .post('/hello')
        .set({ ...(cookie && { cookie }), ...headers }),
    [Symbol.dispose]: () => void server.close(),
  };
};

test('lets an active session through, with the principal that the embedded guard would give', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  using app = await createApp(t);
  const { status, body } = await app.get(ada.cookie);
  const embedded = connectEmbedded(t);
  const { body: expected } = await embedded(ada.cookie);
  expect(status).toBe(200);
  const { checkedAt: _, caller: __, session, ...rest } = body;
  expect(rest).toMatchObject({ user: expected.user, isRecent: true });
  expect(session.id).toBe(expected.session.id);
  expect(Object.keys(session).sort()).toEqual(Object.keys(expected.session).sort());
});

/** The same route, in the process of the service. */
const connectEmbedded = (t: TestAuth) => {
  const app = express();
  app.get('/hello', t.auth.requireSession(), (req, res) => void res.json(principalOf(req)));
  return (cookie: string | null) =>
    request(app)
      .get('/hello')
      .set(cookie === null ? {} : { cookie });
};

test('refuses everybody else with the error contract, a revoked session at once', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');
  using app = await createApp(t);
  expect((await app.get(phone.cookie)).status).toBe(200);
  await ada.rest('DELETE', '/auth/sessions/all');

  const ended = await app.get(phone.cookie);
  const nobody = await app.get(null);
  const odd = await app.get('latchkey_session=nonsense');
  expect([ended.status, ended.body.error]).toMatchObject([
    401,
    { code: 'SESSION_ENDED', details: { reason: 'revoked' } },
  ]);
  expect(nobody.body.error.code).toBe('UNAUTHENTICATED');
  expect(odd.body.error.code).toBe('UNAUTHENTICATED');
});

test('asks for a role and for a recent password, and refuses what another site sends', async () => {
  await using t = await createTestAuth({ session: { reauthWindowMinutes: 5 } });
  const ada = await registered(t, 'ada@example.com');
  using forAdmins = await createApp(t, {}, { role: 'admin' });
  using forRecent = await createApp(t, {}, { recent: true });
  expect((await forAdmins.get(ada.cookie)).body.error.code).toBe('FORBIDDEN');
  expect((await forRecent.get(ada.cookie)).status).toBe(200);
  expect((await forRecent.post(ada.cookie, { origin: 'https://evil.example' })).body.error.code).toBe('ORIGIN_REFUSED');
  await t.ageSessions(5);
  expect((await forRecent.get(ada.cookie)).body.error.code).toBe('REAUTH_REQUIRED');
});

test('checks that arrive together travel together, each with its own answer', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 }, trustedServices: ['127.0.0.1'] });
  const ada = await registered(t, 'ada@example.com');
  const bob = await registered(t, 'bob@example.com');
  using app = await createApp(t);
  // The first questions are on their way until everybody has come.
  app.arrivals.expected = 100;
  const cookies = Array.from({ length: 100 }, (_, index) => [ada.cookie, bob.cookie, null][index % 3] ?? null);
  const answers = await Promise.all(cookies.map((cookie) => app.get(cookie)));
  const expected = ['ada@example.com', 'bob@example.com', undefined];
  expect(answers.map(({ body }) => body.user?.email)).toEqual(cookies.map((_, index) => expected[index % 3]));
  expect(app.asked.reduce((sum, count) => sum + count, 0)).toBe(67);
  expect(app.asked.length).toBeLessThanOrEqual(4);
});

test('without the service, or past its limit, nobody gets in and nobody waits', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 0.01 });
  const ada = await registered(t, 'ada@example.com');
  using away = await createApp(t, { url: 'http://127.0.0.1:1', publicUrl: t.url });
  using garbled = await createApp(t, { fetch: async () => new Response('<h1>Bad gateway</h1>', { status: 502 }) });
  for (const app of [away, garbled]) {
    const { status, body, headers } = await app.get(ada.cookie);
    expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }

  using app = await createApp(t);
  for (let count = 0; count < 10; count += 1) await app.get(ada.cookie);
  expect((await app.get(ada.cookie)).status).toBe(503);
});

/** Refuses everybody called Away, as a module may. */
const absence = defineModule({
  name: 'absence',
  run: (_kernel, _core: CoreServices) => ({
    rules: {
      authenticate: ({ principal }) => {
        if (principal.user.name === 'Away') throw new AuthError('FORBIDDEN');
      },
    },
  }),
});

test('that a rule refuses somebody concerns nobody who was asked for in the same breath', async () => {
  await using t = await createTestAuth({ ports: { modules: [absence] } });
  const ada = await registered(t, 'ada@example.com');
  const bob = await registered(t, 'bob@example.com');
  await t.database.query(`update auth."user" set name = 'Away' where email = 'bob@example.com'`);
  using app = await createApp(t);
  const [adas, bobs] = await Promise.all([app.get(ada.cookie), app.get(bob.cookie)]);
  expect(adas.status).toBe(200);
  expect([bobs.status, bobs.body.error.code]).toEqual([403, 'FORBIDDEN']);
});

test('strangers ask for ten sessions at once, services that are trusted for more', async () => {
  await using t = await createTestAuth();
  await using trusting = await createTestAuth({ database: t.database, trustedServices: ['127.0.0.1'] });
  const ada = await registered(t, 'ada@example.com');
  const ask = (where: TestAuth, count: number) =>
    new Browser(where).rest('POST', '/auth/sessions/introspect', { body: { tokens: Array(count).fill(ada.token) } });
  expect((await ask(t, 10)).body.items).toHaveLength(10);
  const refused = await ask(t, 11);
  expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN']);
  expect((await ask(trusting, 500)).body.items).toHaveLength(500);
  expect((await ask(trusting, 501)).status).toBe(400);
});

test('services that are trusted are not limited by address', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 0.01, trustedServices: ['127.0.0.0/8'] });
  const ada = await registered(t, 'ada@example.com');
  using app = await createApp(t);
  for (let count = 0; count < 15; count += 1) expect((await app.get(ada.cookie)).status).toBe(200);
});
