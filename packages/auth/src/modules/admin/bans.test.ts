import express from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import { idOf, registeredAdmin } from '../../../test/admin-scene.ts';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import { createTestAuth, fakeHasher, PASSWORD, type TestAuth } from '../../../test/create-test-auth.ts';

const setScene = async (t: TestAuth) => {
  const admin = await registeredAdmin(t);
  const ada = await registered(t, 'ada@example.com');
  return { admin, ada, id: await idOf(ada) };
};

const REASON = { body: { reason: 'Spam' } };

test('a banned user is refused at every door, in sessions that were open and in new ones', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id } = await setScene(t);
  const guarded = express().get('/', t.auth.requireSession(), (_req, res) => void res.json({}));

  const { status, body } = await admin.rest('POST', `/admin/users/${id}/ban`, REASON);

  expect([status, body.banned]).toEqual([200, { at: expect.any(String), until: null, reason: 'Spam' }]);
  const ended = { code: 'SESSION_ENDED', details: { reason: 'banned' } };
  expect((await ada.rest('GET', '/me')).body.error).toMatchObject(ended);
  expect((await ada.query('auth.me')).body.error.data).toMatchObject(ended);
  expect((await ada.rest('GET', '/auth/forward')).body.error).toMatchObject(ended);
  const atHost = await request(guarded)
    .get('/')
    .set('cookie', ada.cookie ?? '');
  expect([atHost.status, atHost.body.error]).toMatchObject([401, ended]);

  const rest = await new Browser(t).login('ada@example.com');
  const trpc = await new Browser(t).mutate('auth.login', { email: 'ada@example.com', password: PASSWORD });
  expect([rest.status, rest.body.error.code, rest.headers['set-cookie']]).toEqual([403, 'USER_BANNED', undefined]);
  expect([trpc.status, trpc.body.error.data.code]).toEqual([403, 'USER_BANNED']);
  expect(rest.text).not.toContain('Spam');
});

test('a ban does not hold back on a session that survived, whatever the reason', async () => {
  await using t = await createTestAuth();
  const { ada } = await setScene(t);
  await t.database.query(
    `update auth."user" set banned_at = now(), ban_reason = 'By hand' where email = 'ada@example.com'`,
  );
  expect((await ada.rest('GET', '/me')).body.error.details).toEqual({ reason: 'banned' });
});

test('with a wrong password nobody learns that an account is banned', async () => {
  await using t = await createTestAuth();
  const { admin, id } = await setScene(t);
  await admin.rest('POST', `/admin/users/${id}/ban`, REASON);

  const banned = await new Browser(t).login('ada@example.com', 'not-her-password');
  const unknown = await new Browser(t).login('nobody@example.com', 'not-her-password');

  const bytes = ({ status, text }: typeof banned) => [status, text.replace(/"traceId":"\w+"/, '')];
  expect(bytes(banned)).toEqual(bytes(unknown));
  expect(banned.body.error.code).toBe('AUTH_INVALID');
});

test('a ban that overtakes a login leaves no session', async () => {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const hasher = {
    ...fakeHasher,
    verify: async (password: string, hash: string | null) => {
      reached.resolve();
      await gate.promise;
      return fakeHasher.verify(password, hash);
    },
  };
  await using t = await createTestAuth({ ports: { hasher } });
  const { admin, id } = await setScene(t);

  const login = new Browser(t).login('ada@example.com');
  await reached.promise;
  await admin.rest('POST', `/admin/users/${id}/ban`, REASON);
  gate.resolve();

  const { status, body } = await login;
  expect([status, body.error.code]).toEqual([403, 'USER_BANNED']);
  expect(await t.database.query('select 1 from auth.session where user_id = $1 and ended_at is null', [id])).toEqual(
    [],
  );
});

test('20 logins and a ban at the same time: afterwards no session holds', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  const { admin, id } = await setScene(t);
  const browsers = Array.from({ length: 20 }, () => new Browser(t));

  await Promise.all([
    ...browsers.map((browser) => browser.login('ada@example.com')),
    admin.rest('POST', `/admin/users/${id}/ban`, REASON),
  ]);

  const answers = await Promise.all(browsers.map((browser) => browser.rest('GET', '/me')));
  expect(answers.filter(({ status }) => status === 200)).toEqual([]);
});

test('a ban with an end is over by itself, by the clock of the database', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id } = await setScene(t);
  const until = '2100-01-01T00:00:00.000Z';
  expect(
    (await admin.rest('POST', `/admin/users/${id}/ban`, { body: { reason: 'Cool down', until } })).body.banned.until,
  ).toBe(until);
  expect((await new Browser(t).login('ada@example.com')).status).toBe(403);

  await t.database.query(`update auth."user" set banned_until = now() where id = $1`, [id]);

  expect((await new Browser(t).login('ada@example.com')).status).toBe(200);
  expect((await ada.rest('GET', '/me')).body.error.details).toEqual({ reason: 'banned' });
  expect((await admin.rest('GET', `/admin/users/${id}`)).body.banned).toBeNull();
  expect((await admin.rest('POST', `/admin/users/${id}/unban`)).body.error.code).toBe('CONFLICT');
});

test('an end that is past is refused', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id } = await setScene(t);
  const { status, body } = await admin.rest('POST', `/admin/users/${id}/ban`, {
    body: { reason: 'Too late', until: '2001-01-01T00:00:00Z' },
  });
  expect([status, body.error]).toMatchObject([400, { code: 'VALIDATION_FAILED', details: [{ path: 'until' }] }]);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
});

test('an unbanned user logs in again; what ended stays ended, and the log has both acts', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id } = await setScene(t);
  await admin.rest('POST', `/admin/users/${id}/ban`, REASON);

  const { status, body } = await admin.rest('POST', `/admin/users/${id}/unban`);

  expect([status, body.banned]).toEqual([200, null]);
  expect((await ada.rest('GET', '/me')).status).toBe(401);
  expect((await loggedIn(t, 'ada@example.com')).cookie).not.toBeNull();
  const actor_id = await idOf(admin);
  const events = (await t.events()).filter(({ type }) => /banned/.test(type));
  expect(events).toMatchObject([
    { type: 'user.banned', user_id: id, actor_id, data: { reason: 'Spam', until: null } },
    { type: 'user.unbanned', user_id: id, actor_id },
  ]);
  expect((await admin.rest('POST', `/admin/users/${id}/unban`)).body.error.code).toBe('CONFLICT');
});

test('banned users are listed apart', async () => {
  await using t = await createTestAuth();
  const { admin, id } = await setScene(t);
  await admin.rest('POST', `/admin/users/${id}/ban`, REASON);
  const emailsFor = async (query: string) =>
    (await admin.rest('GET', `/admin/users?${query}`)).body.items.map(({ email }: { email: string }) => email);
  expect(await emailsFor('banned=true')).toEqual(['ada@example.com']);
  expect(await emailsFor('banned=false')).toEqual(['root@example.com']);
  expect(await emailsFor('banned=true&search=ROOT')).toEqual([]);
});
