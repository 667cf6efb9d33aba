import { expect, test } from 'vitest';
import { idOf, makeStale, registeredAdmin } from '../../../test/admin-scene.ts';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import { createTestAuth, PASSWORD, type TestAuth } from '../../../test/create-test-auth.ts';

const UNKNOWN_ID = '019a9f3e-0000-7000-8000-000000000000';

const setScene = async (t: TestAuth) => {
  const admin = await registeredAdmin(t);
  const ada = await registered(t, 'ada@example.com');
  return { admin, ada, id: await idOf(ada), adminId: await idOf(admin) };
};

const rolesOf = async (t: TestAuth): Promise<Record<string, string>> => {
  const rows = await t.database.query<{ email: string; role: string }>('select email, role from auth."user"');
  return Object.fromEntries(rows.map(({ email, role }) => [email, role]));
};

test('changes a name and an address, which is not verified then', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id, adminId } = await setScene(t);
  await t.database.query('update auth."user" set email_verified_at = now()');

  const { status, body } = await admin.rest('PATCH', `/admin/users/${id}`, {
    body: { name: 'Ada', email: 'Countess@Example.com' },
  });

  expect([status, body]).toMatchObject([200, { name: 'Ada', email: 'countess@example.com', emailVerified: false }]);
  expect((await ada.rest('GET', '/me')).body.user.email).toBe('countess@example.com');
  expect((await t.events()).findLast(({ type }) => type === 'user.updated')).toMatchObject({
    type: 'user.updated',
    user_id: id,
    actor_id: adminId,
    data: { changed: ['name', 'email'] },
  });
  expect(JSON.stringify(await t.events())).not.toContain('countess');
});

test('a new address is asked to verify itself, the old one is told, and what was mailed to it is void', async () => {
  await using t = await createTestAuth();
  const { admin, id } = await setScene(t);
  await t.nextMail('ada@example.com');
  await new Browser(t).rest('POST', '/auth/forgot-password', { body: { email: 'ada@example.com' } });
  const reset = await t.nextMail('ada@example.com');

  await admin.rest('PATCH', `/admin/users/${id}`, { body: { email: 'countess@example.com' } });

  const notice = await t.nextMail('ada@example.com');
  expect([notice.token, notice.text.includes('127.0.0.1')]).toEqual(['', false]);
  const stale = await new Browser(t).rest('POST', '/auth/reset-password', {
    body: { token: reset.token, newPassword: 'another-copper-lantern' },
  });
  expect(stale.body.error.code).toBe('TOKEN_INVALID');
  const { token } = await t.nextMail('countess@example.com');
  expect((await new Browser(t).rest('POST', '/auth/verify-email', { body: { token } })).status).toBe(204);
  expect((await admin.rest('GET', `/admin/users/${id}`)).body.emailVerified).toBe(true);
});

test('makes an account whose owner is invited to choose the password', async () => {
  await using t = await createTestAuth();
  const { admin, adminId } = await setScene(t);

  const { status, body } = await admin.rest('POST', '/admin/users', {
    body: { email: 'Grace@example.com', name: 'Grace', role: 'admin' },
  });

  expect([status, body]).toMatchObject([
    201,
    {
      email: 'grace@example.com',
      name: 'Grace',
      role: 'admin',
      emailVerified: false,
      hasPassword: false,
      activeSessions: 0,
    },
  ]);
  expect((await t.events()).find(({ type }) => type === 'user.created')).toMatchObject({
    user_id: body.id,
    actor_id: adminId,
  });
  expect((await new Browser(t).login('grace@example.com')).body.error.code).toBe('AUTH_INVALID');
  const { token } = await t.nextMail('grace@example.com');
  const chosen = { token, newPassword: 'grace-copper-lantern-9' };
  expect((await new Browser(t).rest('POST', '/auth/reset-password', { body: chosen })).status).toBe(204);
  const grace = new Browser(t);
  expect((await grace.login('grace@example.com', chosen.newPassword)).body.user.emailVerified).toBe(true);
  expect((await grace.rest('GET', `/admin/users/${body.id}`)).body.hasPassword).toBe(true);
});

test('of 20 who make an account with one address at the same time one does, and one mail goes out', async () => {
  await using t = await createTestAuth();
  const { admin } = await setScene(t);
  const body = { email: 'grace@example.com' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => admin.rest('POST', '/admin/users', { body })));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter((answer) => answer.body.error?.code === 'EMAIL_TAKEN')).toHaveLength(19);
  expect(await t.database.query(`select 1 from auth.mail where recipient = 'grace@example.com'`)).toHaveLength(1);
});

test('a link that was mailed to an account which was deleted meanwhile opens nothing', async () => {
  await using t = await createTestAuth();
  const { admin, id } = await setScene(t);
  await t.nextMail('ada@example.com');
  await new Browser(t).rest('POST', '/auth/forgot-password', { body: { email: 'ada@example.com' } });
  const { token, code } = await t.nextMail('ada@example.com');
  await admin.rest('DELETE', `/admin/users/${id}`);
  await registered(t, 'ada@example.com');
  const newPassword = 'another-copper-lantern';
  for (const proof of [{ token }, { code, email: 'ada@example.com' }]) {
    const answer = await new Browser(t).rest('POST', '/auth/reset-password', { body: { ...proof, newPassword } });
    expect(answer.body.error.code).toBe('TOKEN_INVALID');
  }
});

test('whoever makes an administrator or changes an address has proved the password a moment ago', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const id = await idOf(await registered(t, 'ada@example.com'));
  await makeStale(t);
  const change = (body: object) => admin.rest('PATCH', `/admin/users/${id}`, { body });
  const make = (role: string) => admin.rest('POST', '/admin/users', { body: { email: `${role}@example.com`, role } });
  for (const answer of [await change({ role: 'admin' }), await change({ email: 'x@example.com' }), await make('admin')])
    expect([answer.status, answer.body.error.code]).toEqual([403, 'REAUTH_REQUIRED']);
  expect([(await change({ name: 'Ada' })).status, (await make('user')).status]).toEqual([200, 201]);

  expect((await admin.rest('POST', '/auth/reauthenticate', { body: { password: PASSWORD } })).status).toBe(204);
  expect([(await change({ role: 'admin' })).status, (await make('admin')).status]).toEqual([200, 201]);
});

test('an address that is taken is refused, and nothing changes', async () => {
  await using t = await createTestAuth();
  const { admin, id } = await setScene(t);
  const answer = await admin.rest('PATCH', `/admin/users/${id}`, { body: { name: 'Ada', email: 'root@example.com' } });
  expect([answer.status, answer.body.error.code]).toEqual([409, 'EMAIL_TAKEN']);
  expect((await admin.rest('GET', `/admin/users/${id}`)).body).toMatchObject({ name: null, email: 'ada@example.com' });
});

test('what stays the same leaves no trace', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id } = await setScene(t);
  const before = (await t.events()).length;
  await admin.rest('PATCH', `/admin/users/${id}`, { body: { role: 'user', email: 'ada@example.com' } });
  await admin.rest('PATCH', `/admin/users/${id}`, { body: {} });
  expect(await t.events()).toHaveLength(before);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
});

test('a new role ends the sessions: a token that was taken from a user never becomes one of an administrator', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id, adminId } = await setScene(t);

  expect((await admin.rest('PATCH', `/admin/users/${id}`, { body: { role: 'admin' } })).body.role).toBe('admin');

  expect((await ada.rest('GET', '/admin/users')).body.error.details).toEqual({ reason: 'admin' });
  expect((await (await loggedIn(t, 'ada@example.com')).rest('GET', '/admin/users')).status).toBe(200);
  expect((await t.events()).filter(({ user_id }) => user_id === id)).toContainEqual(
    expect.objectContaining({ type: 'user.updated', actor_id: adminId, data: { changed: ['role'], role: 'admin' } }),
  );
});

test('a deleted account is gone for everybody but administrators, who can bring it back', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id, adminId } = await setScene(t);

  expect((await admin.rest('DELETE', `/admin/users/${id}`)).status).toBe(204);

  expect((await ada.rest('GET', '/me')).body.error.details).toEqual({ reason: 'admin' });
  const { body } = await ada.login('ada@example.com');
  expect(body.error.code).toBe('AUTH_INVALID');
  expect((await admin.rest('GET', '/admin/users')).body.items).toHaveLength(1);
  expect((await admin.rest('GET', '/admin/users?deleted=true')).body.items).toMatchObject([
    { id, deletedAt: expect.any(String) },
  ]);
  for (const [method, path, code] of [
    ['DELETE', '', 'USER_NOT_FOUND'],
    ['PATCH', '', 'USER_NOT_FOUND'],
    ['POST', '/ban', 'USER_NOT_FOUND'],
    ['POST', '/unban', 'USER_NOT_FOUND'],
  ] as const) {
    const sent = path === '/ban' ? { reason: 'x' } : {};
    const answer = await admin.rest(method, `/admin/users/${id}${path}`, method === 'DELETE' ? {} : { body: sent });
    expect([path, answer.body.error.code]).toEqual([path, code]);
  }

  expect((await admin.rest('POST', `/admin/users/${id}/restore`)).body).toMatchObject({ id, deletedAt: null });
  await loggedIn(t, 'ada@example.com');
  const acts = (await t.events()).filter(({ type }) => /deleted|restored/.test(type));
  expect(acts).toMatchObject([
    { type: 'user.deleted', user_id: id, actor_id: adminId },
    { type: 'user.restored', user_id: id, actor_id: adminId },
  ]);
  expect((await admin.rest('POST', `/admin/users/${id}/restore`)).body.error.code).toBe('CONFLICT');
});

test('an address that was taken meanwhile stands in the way of a restoration', async () => {
  await using t = await createTestAuth();
  const { admin, id } = await setScene(t);
  await admin.rest('DELETE', `/admin/users/${id}`);
  await registered(t, 'ada@example.com');

  const answer = await admin.rest('POST', `/admin/users/${id}/restore`);

  expect([answer.status, answer.body.error.code]).toEqual([409, 'EMAIL_TAKEN']);
  expect((await admin.rest('GET', `/admin/users/${id}`)).body.deletedAt).not.toBeNull();
});

test('an address that registers again meets nothing of the old identity', async () => {
  await using t = await createTestAuth();
  const { admin, ada, id } = await setScene(t);
  await ada.rest('PATCH', '/me', { body: { name: 'The first' } });
  await admin.rest('PATCH', `/admin/users/${id}`, { body: { role: 'admin' } });
  await admin.rest('POST', `/admin/users/${id}/ban`, { body: { reason: 'Spam' } });
  await admin.rest('DELETE', `/admin/users/${id}`);
  await t.database.query('update auth.password set hash = $1 where user_id = $2', ['fake$of-the-old-account', id]);

  const successor = await registered(t, 'ada@example.com');

  const { body } = await successor.rest('GET', '/me');
  expect(body.user).toMatchObject({ name: null, role: 'user' });
  expect(body.user.id).not.toBe(id);
  expect((await successor.rest('GET', '/auth/sessions')).body.items).toHaveLength(1);
  expect((await successor.rest('GET', '/me/export')).body.events.length).toBe(2);
  expect((await ada.rest('GET', '/me')).status).toBe(401);
  await loggedIn(t, 'ada@example.com');
});

const POWER: [string, (admin: Browser, id: string) => ReturnType<Browser['rest']>][] = [
  ['demote', (admin, id) => admin.rest('PATCH', `/admin/users/${id}`, { body: { role: 'user' } })],
  ['ban', (admin, id) => admin.rest('POST', `/admin/users/${id}/ban`, { body: { reason: 'x' } })],
  ['remove', (admin, id) => admin.rest('DELETE', `/admin/users/${id}`)],
];

test.each(POWER)('nobody can %s themselves', async (_name, act) => {
  await using t = await createTestAuth();
  const { admin, adminId } = await setScene(t);
  await registeredAdmin(t, 'second@example.com');
  const { status, body } = await act(admin, adminId);
  expect([status, body.error.code]).toEqual([403, 'FORBIDDEN']);
  expect((await admin.rest('GET', '/admin/users')).status).toBe(200);
});

test('nobody changes their own address past the proof of a password', async () => {
  await using t = await createTestAuth();
  const { admin, adminId } = await setScene(t);
  const answer = await admin.rest('PATCH', `/admin/users/${adminId}`, { body: { email: 'mine@example.com' } });
  expect(answer.body.error.code).toBe('FORBIDDEN');
  expect((await admin.rest('PATCH', `/admin/users/${adminId}`, { body: { name: 'Root' } })).status).toBe(200);
});

test.each(POWER)('of two administrators who %s each other at the same time one stays', async (_name, act) => {
  await using t = await createTestAuth();
  for (const round of [1, 2, 3]) {
    await t.database.query(`update auth."user" set role = 'user'`);
    const one = await registeredAdmin(t, `one-${round}@example.com`);
    const other = await registeredAdmin(t, `other-${round}@example.com`);
    const [oneId, otherId] = [await idOf(one), await idOf(other)];

    const answers = await Promise.all([act(one, otherId), act(other, oneId)]);

    expect(answers.map(({ status }) => status < 300).toSorted()).toEqual([false, true]);
    const admins = await t.database.query(
      `select 1 from auth."user" where role = 'admin' and deleted_at is null and banned_at is null`,
    );
    expect(admins).toHaveLength(1);
  }
});

test.each(POWER)('a ring of three administrators who %s one another leaves somebody', async (_name, act) => {
  await using t = await createTestAuth();
  const ring: Browser[] = [];
  for (const name of ['a', 'b', 'c']) ring.push(await registeredAdmin(t, `${name}@example.com`));
  const ids = await Promise.all(ring.map(idOf));

  await Promise.all(ring.map((admin, index) => act(admin, ids[(index + 1) % 3] ?? '')));

  const left = await t.database.query(
    `select 1 from auth."user" where role = 'admin' and deleted_at is null and banned_at is null`,
  );
  expect(left.length).toBeGreaterThan(0);
});

test('a ban with an end does not make its administrator count as one meanwhile', async () => {
  await using t = await createTestAuth();
  const { admin } = await setScene(t);
  await registeredAdmin(t, 'second@example.com');
  await t.database.query(
    `update auth."user" set banned_at = now(), ban_reason = 'x' where email = 'second@example.com'`,
  );
  const answer = await admin.rest('DELETE', '/me');
  expect([answer.status, answer.body.error]).toMatchObject([
    409,
    { code: 'CONFLICT', message: expect.stringContaining('last') },
  ]);
});

test.each([{ password: PASSWORD }, { emailVerified: true }, { id: UNKNOWN_ID }])(
  'making an account refuses a field that it does not know: %o',
  async (surplus) => {
    await using t = await createTestAuth();
    const { admin } = await setScene(t);
    const answer = await admin.rest('POST', '/admin/users', { body: { email: 'grace@example.com', ...surplus } });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  },
);

test.each([
  ['PATCH', '', { password: PASSWORD }],
  ['PATCH', '', { passwordHash: 'x' }],
  ['PATCH', '', { emailVerified: true }],
  ['PATCH', '', { bannedAt: null }],
  ['PATCH', '', { deletedAt: null }],
  ['POST', '/ban', { reason: 'x', role: 'user' }],
  ['POST', '/unban', { role: 'admin' }],
  ['POST', '/restore', { role: 'admin' }],
] as const)('%s %s refuses a field that it does not know: %o', async (method, path, body) => {
  await using t = await createTestAuth();
  const { admin, id } = await setScene(t);
  const answer = await admin.rest(method, `/admin/users/${id}${path}`, { body });
  expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
});

test.each([
  ['PATCH', '/me', { role: 'admin' }],
  ['PATCH', '/me', { id: UNKNOWN_ID }],
  ['PATCH', '/me', { emailVerified: true }],
  ['POST', '/auth/register', { email: 'eve@example.com', password: PASSWORD, role: 'admin' }],
  ['POST', '/auth/register', { email: 'eve@example.com', password: PASSWORD, id: UNKNOWN_ID }],
  ['POST', '/auth/register', { email: 'eve@example.com', password: PASSWORD, emailVerified: true }],
] as const)('nobody gives themselves what only administrators give: %s %s %o', async (method, path, body) => {
  await using t = await createTestAuth();
  const { ada } = await setScene(t);
  const answer = await ada.rest(method, path, { body });
  expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect(await rolesOf(t)).toEqual({ 'root@example.com': 'admin', 'ada@example.com': 'user' });
});

test.each([
  ['PATCH', '', {}, 404, 'USER_NOT_FOUND'],
  ['DELETE', '', undefined, 404, 'USER_NOT_FOUND'],
  ['POST', '/restore', undefined, 404, 'USER_NOT_FOUND'],
  ['POST', '/ban', { reason: 'x' }, 404, 'USER_NOT_FOUND'],
  ['POST', '/unban', undefined, 404, 'USER_NOT_FOUND'],
] as const)('%s /admin/users/{unknown}%s is answered with 404', async (method, path, body, status, code) => {
  await using t = await createTestAuth();
  const { admin } = await setScene(t);
  const answer = await admin.rest(method, `/admin/users/${UNKNOWN_ID}${path}`, body === undefined ? {} : { body });
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
});

test('each account is on one page, also when accounts come and go between the pages', async () => {
  await using t = await createTestAuth();
  const { admin } = await setScene(t);
  await t.database.query(`
    insert into auth."user" (id, email, role, created_at, updated_at)
    select ('019a0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'user-' || n || '@example.com', 'user', now(), now()
    from generate_series(1, 57) n`);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await admin.rest('GET', `/admin/users?limit=10&search=user-&${cursor && `cursor=${cursor}`}`);
    seen.push(...body.items.map(({ email }: { email: string }) => email));
    cursor = body.nextCursor;
    await registered(t, `user-late-${seen.length}@example.com`);
  }
  expect(seen).toHaveLength(57);
  expect(new Set(seen).size).toBe(57);
});
