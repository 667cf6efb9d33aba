import express from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import { registered } from '../../test/browser.ts';
import { createTestAuth, type TestAuth } from '../../test/create-test-auth.ts';
import { principalOf, type RequireSessionOptions } from './require-session.ts';

/** Somebody's app with a guarded route. */
const createHost = (t: TestAuth, options: RequireSessionOptions = {}) => {
  const host = express();
  host.get('/open', (req, res) => void res.json(principalOf(req)));
  host.use('/guarded', t.auth.requireSession(options), (req, res) => {
    const { user, session } = principalOf(req);
    res.json({ email: user.email, device: session.device.label });
  });
  return host;
};

test('lets an active session through and tells who it is', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const { status, body } = await request(createHost(t))
    .get('/guarded')
    .set('cookie', ada.cookie ?? '');
  expect([status, body]).toEqual([200, { email: 'ada@example.com', device: 'Firefox on Windows' }]);
});

test('refuses nobody, and a session that ended, with the reason', async () => {
  await using t = await createTestAuth();
  const host = createHost(t);
  const ada = await registered(t, 'ada@example.com');
  const cookie = ada.cookie ?? '';

  const nobody = await request(host).get('/guarded');
  expect(nobody.status).toBe(401);
  expect(nobody.body).toEqual({
    error: { code: 'UNAUTHENTICATED', message: 'Please log in.', details: null, traceId: nobody.get('x-trace-id') },
  });

  await ada.rest('POST', '/auth/logout');
  const ended = await request(host).get('/guarded').set('cookie', cookie);
  expect(ended.body.error).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'logged_out' } });
});

test('refuses what another site makes a browser send', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const post = () =>
    request(createHost(t))
      .post('/guarded')
      .set('cookie', ada.cookie ?? '');
  expect((await post().set('origin', 'https://evil.example')).body.error.code).toBe('ORIGIN_REFUSED');
  expect((await post()).body.error.code).toBe('ORIGIN_REFUSED');
  expect((await post().set('origin', 'http://localhost:4000')).status).toBe(200);
});

test('can ask for a role', async () => {
  await using t = await createTestAuth();
  const host = createHost(t, { role: 'admin' });
  const ada = await registered(t, 'ada@example.com');
  expect(
    (
      await request(host)
        .get('/guarded')
        .set('cookie', ada.cookie ?? '')
    ).body.error.code,
  ).toBe('FORBIDDEN');
  await t.makeAdmin('ada@example.com');
  expect(
    (
      await request(host)
        .get('/guarded')
        .set('cookie', ada.cookie ?? '')
    ).status,
  ).toBe(200);
});

test('can ask for a password that was proved a short while ago', async () => {
  await using t = await createTestAuth({ session: { reauthWindowMinutes: 10 } });
  const host = createHost(t, { recent: true });
  const ada = await registered(t, 'ada@example.com');
  expect(
    (
      await request(host)
        .get('/guarded')
        .set('cookie', ada.cookie ?? '')
    ).status,
  ).toBe(200);
  await t.ageSessions(10);
  const { status, body } = await request(host)
    .get('/guarded')
    .set('cookie', ada.cookie ?? '');
  expect([status, body.error.code]).toEqual([403, 'REAUTH_REQUIRED']);
});

test('a route without the guard is a mistake that shows', async () => {
  await using t = await createTestAuth();
  const host = express();
  // Other middleware uses the name, too; what it puts there is no principal of ours.
  host.use((req, _res, next) => next(void Object.assign(req, { auth: { user: { email: 'forged@example.com' } } })));
  host.use(createHost(t));
  expect((await request(host).get('/open')).status).toBe(500);
});
