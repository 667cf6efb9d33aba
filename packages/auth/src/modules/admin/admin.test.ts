import { expect, test } from 'vitest';
import { idOf, registeredAdmin } from '../../../test/admin-scene.ts';
import { loggedIn, registered, SAFARI } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';

const UNKNOWN_ID = '019a9f3e-0000-7000-8000-000000000000';

test('lists accounts, the newest first, with what their sessions tell', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  await registered(t, 'ada@example.com');
  await loggedIn(t, 'ada@example.com');

  const { status, body } = await admin.rest('GET', '/admin/users');

  expect(status).toBe(200);
  expect(body.items).toMatchObject([
    { email: 'ada@example.com', role: 'user', activeSessions: 2 },
    { email: 'root@example.com', role: 'admin', activeSessions: 1 },
  ]);
});

test('searches e-mail and name, and takes % and _ as they are written', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  await registered(t, 'ada@example.com');
  await registered(t, 'bbob@example.com');
  const bob = await registered(t, 'b_ob@example.com');
  await bob.rest('PATCH', '/me', { body: { name: '100% Робърт' } });
  const emailsFor = async (search: string) => {
    const { body } = await admin.rest('GET', `/admin/users?search=${encodeURIComponent(search)}`);
    return body.items.map(({ email }: { email: string }) => email);
  };

  expect(await emailsFor('ADA@')).toEqual(['ada@example.com']);
  expect(await emailsFor('робърт')).toEqual(['b_ob@example.com']);
  expect(await emailsFor('b_o')).toEqual(['b_ob@example.com']);
  expect(await emailsFor('100%')).toEqual(['b_ob@example.com']);
  expect(await emailsFor("' or 1=1 --")).toEqual([]);
  expect(await emailsFor('B_')).toEqual(['b_ob@example.com']);
  expect(await emailsFor('10')).toEqual(['b_ob@example.com']);
  expect(await emailsFor('ob')).toEqual([]);
});

test('filters by role and goes on page by page', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  for (const name of ['a', 'b', 'c']) await registered(t, `${name}@example.com`);

  const admins = await admin.rest('GET', '/admin/users?role=admin');
  const first = await admin.rest('GET', '/admin/users?limit=3');
  const second = await admin.rest('GET', `/admin/users?limit=3&cursor=${first.body.nextCursor}`);

  expect(admins.body.items).toHaveLength(1);
  expect(first.body.items).toHaveLength(3);
  expect(second.body.items).toHaveLength(1);
  expect(second.body.nextCursor).toBeNull();
});

test('shows one account and its sessions', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const ada = await registered(t, 'ada@example.com', SAFARI);
  const id = await idOf(ada);

  expect((await admin.rest('GET', `/admin/users/${id}`)).body).toMatchObject({
    id,
    email: 'ada@example.com',
    activeSessions: 1,
  });
  expect((await admin.rest('GET', `/admin/users/${id}/sessions`)).body.items).toMatchObject([
    { device: { label: 'Safari on iOS' }, current: false },
  ]);
});

test("ends a user's session: the user is told, and the log names the administrator", async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const ada = await registered(t, 'ada@example.com');
  const { id } = (await ada.rest('GET', '/auth/session')).body;

  expect((await admin.rest('DELETE', `/admin/sessions/${id}`)).status).toBe(204);

  expect((await ada.rest('GET', '/me')).body.error).toMatchObject({
    code: 'SESSION_ENDED',
    details: { reason: 'admin' },
  });
  expect((await t.events()).at(-1)).toMatchObject({
    type: 'session.revoked',
    session_id: id,
    actor_id: await idOf(admin),
  });
  expect((await admin.rest('DELETE', `/admin/sessions/${id}`)).body.error.code).toBe('SESSION_NOT_FOUND');
});

test('ends all sessions of a user', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const ada = await registered(t, 'ada@example.com');
  const id = await idOf(ada);
  await loggedIn(t, 'ada@example.com');

  expect((await admin.rest('DELETE', `/admin/users/${id}/sessions`)).body).toEqual({ revoked: 2 });
  expect((await ada.rest('GET', '/me')).body.error.details).toEqual({ reason: 'admin' });
});

test.each([
  ['GET', `/admin/users/${UNKNOWN_ID}`, 404, 'USER_NOT_FOUND'],
  ['GET', `/admin/users/${UNKNOWN_ID}/sessions`, 404, 'USER_NOT_FOUND'],
  ['DELETE', `/admin/users/${UNKNOWN_ID}/sessions`, 404, 'USER_NOT_FOUND'],
  ['DELETE', `/admin/sessions/${UNKNOWN_ID}`, 404, 'SESSION_NOT_FOUND'],
  ['GET', '/admin/users/17', 400, 'VALIDATION_FAILED'],
  ['GET', '/admin/users/%27%20or%201=1', 400, 'VALIDATION_FAILED'],
  ['GET', '/admin/users/%E0%A4%A', 400, 'BAD_REQUEST'],
  ['DELETE', '/admin/sessions/x', 400, 'VALIDATION_FAILED'],
  ['GET', '/admin/users?role=king', 400, 'VALIDATION_FAILED'],
  ['GET', '/admin/users?search=%00', 400, 'VALIDATION_FAILED'],
  ['GET', `/admin/users/${UNKNOWN_ID}?id=${UNKNOWN_ID}`, 400, 'VALIDATION_FAILED'],
] as const)('%s %s is answered with %i %s', async (method, path, status, code) => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const answer = await admin.rest(method, path);
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
});

test('is for administrators only, from one call to the next', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const ada = await registered(t, 'ada@example.com');
  const { id } = (await admin.rest('GET', '/auth/session')).body;

  expect((await ada.rest('GET', '/admin/users')).body.error.code).toBe('FORBIDDEN');
  expect((await ada.rest('DELETE', `/admin/sessions/${id}`)).body.error.code).toBe('FORBIDDEN');
  expect((await admin.rest('GET', '/admin/users')).status).toBe(200);

  await t.database.query(`update auth."user" set role = 'user'`);
  expect((await admin.rest('GET', '/admin/users')).body.error.code).toBe('FORBIDDEN');
});

test('a promotion ends the sessions of the account, whose tokens were not those of an administrator', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const { cookie } = ada;

  expect(await t.auth.promoteToAdmin(' Ada@example.com ')).toBe('promoted');

  expect((await ada.rest('GET', '/admin/users')).body.error).toMatchObject({
    code: 'SESSION_ENDED',
    details: { reason: 'admin' },
  });
  const again = await loggedIn(t, 'ada@example.com');
  expect((await again.rest('GET', '/admin/users')).status).toBe(200);
  expect(again.cookie).not.toBe(cookie);
  expect(
    (await t.events()).some(({ type, data }) => type === 'user.updated' && JSON.stringify(data).includes('role')),
  ).toBe(true);
  expect(await t.auth.promoteToAdmin('nobody@example.com')).toBeNull();

  const events = (await t.events()).length;
  expect(await t.auth.promoteToAdmin('ada@example.com')).toBe('unchanged');
  expect((await again.rest('GET', '/admin/users')).status).toBe(200);
  expect(await t.events()).toHaveLength(events);
});
