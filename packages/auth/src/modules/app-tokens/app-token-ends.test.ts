import { callTRPCProcedure, getTRPCErrorFromUnknown } from '@trpc/server';
import { expect, test } from 'vitest';
import { idOf, registeredAdmin } from '../../../test/admin-scene.ts';
import { createAppTokenAuth, createdBy, registeredWithAppToken } from '../../../test/app-token-scene.ts';
import { call } from '../../../test/bearer.ts';
import { Browser, loggedIn, SAFARI } from '../../../test/browser.ts';
import { createTestAuth, PASSWORD, type TestAuth } from '../../../test/create-test-auth.ts';
import { readEvents } from '../../../test/event-reader.ts';
import { type AuthError, appTokensModule, type CoreServices, defineModule } from '../../index.ts';
import type { Principal } from '../../kernel/principal.ts';

const NEW_PASSWORD = 'amber-violet-anchor';

/** Over REST, over tRPC and at the forward auth. */
const expectEnded = async (t: TestAuth, token: string, reason: string) => {
  const rest = await call(t, 'GET /api/v1/me', { token });
  const trpc = await call(t, 'GET /trpc/auth.me', { token });
  const forward = await call(t, 'GET /api/v1/auth/forward', { token });
  const ended = { code: 'SESSION_ENDED', details: { reason } };
  expect([rest.status, trpc.status, forward.status]).toEqual([401, 401, 401]);
  expect([rest.body.error, trpc.body.error.data, forward.body.error]).toMatchObject([ended, ended, ended]);
};

const expectHolds = async (t: TestAuth, token: string) =>
  expect((await call(t, 'GET /api/v1/me', { token })).status).toBe(200);

const resetPassword = async (t: TestAuth, email: string) => {
  t.mails.length = 0;
  await new Browser(t).rest('POST', '/auth/forgot-password', { body: { email } });
  for (;;) {
    const mail = await t.nextMail(email);
    const token = /reset-password#token=([\w-]+)/.exec(mail.text)?.[1];
    if (token === undefined) continue;
    return new Browser(t).rest('POST', '/auth/reset-password', { body: { token, newPassword: NEW_PASSWORD } });
  }
};

test('once revoked, it is refused at every door, on every instance', async () => {
  await using t = await createAppTokenAuth();
  await using other = await createAppTokenAuth({ database: t.database });
  const { browser: ada, token, id } = await registeredWithAppToken(t, 'ada@example.com');
  await expectHolds(other, token);
  expect((await ada.rest('DELETE', `/auth/app-tokens/${id}`)).status).toBe(204);
  await expectEnded(t, token, 'revoked');
  await expectEnded(other, token, 'revoked');
  expect((await ada.rest('GET', '/auth/app-tokens')).body.items).toEqual([]);
});

test('of 20 who revoke it at the same time one does, and one event says so', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, id } = await registeredWithAppToken(t, 'ada@example.com');
  const answers = await Promise.all(Array.from({ length: 20 }, () => ada.rest('DELETE', `/auth/app-tokens/${id}`)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...new Array(19).fill(404)]);
  expect((await t.events()).filter(({ type }) => type === 'app_token.revoked')).toHaveLength(1);
});

test('no check that begins after the revocation has answered is let through', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, token, id } = await registeredWithAppToken(t, 'ada@example.com');
  const revoked = { at: Number.POSITIVE_INFINITY };
  const statuses: { begun: number; status: number }[] = [];
  const use = async () => {
    while (performance.now() < revoked.at + 100) {
      const begun = performance.now();
      statuses.push({ begun, status: (await call(t, 'GET /api/v1/me', { token })).status });
    }
  };
  const users = Array.from({ length: 8 }, use);
  while (statuses.length < 50) await call(t, 'GET /api/v1/me', { token });
  await ada.rest('DELETE', `/auth/app-tokens/${id}`);
  revoked.at = performance.now();
  await Promise.all(users);
  expect(statuses.filter(({ begun, status }) => begun > revoked.at && status !== 401)).toEqual([]);
  expect(statuses.filter(({ begun }) => begun > revoked.at).length).toBeGreaterThan(0);
  expect(statuses.some(({ status }) => status === 200)).toBe(true);
});

test('it ends by itself, by the clock of the database', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, token } = await registeredWithAppToken(t, 'ada@example.com', { expiresInDays: 1 });
  await t.database.query('update auth.app_token set expires_at = now()');
  await expectEnded(t, token, 'expired');
  expect((await ada.rest('GET', '/auth/app-tokens')).body.items).toEqual([]);
});

test('it does not rest for too long: a year without use ends nothing', async () => {
  await using t = await createAppTokenAuth({ session: { idleTimeoutMinutes: 1 } });
  const { token } = await registeredWithAppToken(t, 'ada@example.com', { expiresInDays: 366 });
  await t.database.query(
    `update auth.app_token set created_at = created_at - interval '365 days', expires_at = expires_at - interval '365 days'`,
  );
  const { status, body } = await call(t, 'GET /api/v1/auth/session', { token });
  expect([status, body.idleExpiresAt]).toEqual([200, body.expiresAt]);
});

test('while its owner is banned it is refused, and then it goes on', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, token } = await registeredWithAppToken(t, 'ada@example.com');
  const id = await idOf(ada);
  const root = await registeredAdmin(t);
  await root.rest('POST', `/admin/users/${id}/ban`, { body: { reason: 'Spam' } });
  await expectEnded(t, token, 'banned');
  await root.rest('POST', `/admin/users/${id}/unban`);
  await expectHolds(t, token);
});

test('with the account it ends for good, although the account may be restored', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, token } = await registeredWithAppToken(t, 'ada@example.com');
  const id = await idOf(ada);
  const root = await registeredAdmin(t);
  await ada.rest('DELETE', '/me');
  await expectEnded(t, token, 'revoked');
  expect((await root.rest('POST', `/admin/users/${id}/restore`)).status).toBe(200);
  await expectEnded(t, token, 'revoked');
});

test('"log out everywhere else" leaves it, and so does whoever ends all sessions of a user', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, token } = await registeredWithAppToken(t, 'ada@example.com');
  await loggedIn(t, 'ada@example.com', SAFARI);
  expect((await ada.rest('DELETE', '/auth/sessions/all')).body).toEqual({ revoked: 1 });
  await expectHolds(t, token);
  const root = await registeredAdmin(t);
  await root.rest('DELETE', `/admin/users/${await idOf(ada)}/sessions`);
  await expectHolds(t, token);
});

test('with a new password it ends, whoever chose it and however', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, token } = await registeredWithAppToken(t, 'ada@example.com');
  const body = { currentPassword: PASSWORD, newPassword: 'velvet-harbor-otter' };
  expect((await ada.rest('POST', '/auth/change-password', { body })).status).toBe(204);
  await expectEnded(t, token, 'password_changed');
  expect((await ada.rest('GET', '/auth/app-tokens')).body.items).toEqual([]);

  const next = await createdBy(ada);
  await expectHolds(t, next.token);
  expect((await resetPassword(t, 'ada@example.com')).status).toBe(204);
  await expectEnded(t, next.token, 'password_changed');
});

test('a hash that is upgraded at a login is no new password', async () => {
  await using t = await createAppTokenAuth();
  const { token } = await registeredWithAppToken(t, 'ada@example.com');
  await t.database.query(`update auth.password set hash = hash || ''`);
  await loggedIn(t, 'ada@example.com');
  await expectHolds(t, token);
});

test('whoever makes one while the password changes does not keep it', async () => {
  await using t = await createAppTokenAuth({ session: { maxPerUser: 0 } });
  const { browser: ada } = await registeredWithAppToken(t, 'ada@example.com');
  let current = PASSWORD;
  const made: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    const thief = new Browser(t, SAFARI);
    await thief.login('ada@example.com', current);
    const next = `${NEW_PASSWORD}-${round}`;
    const body = { name: 'Back door', scopes: ['account:read'] };
    const [changed, ...created] = await Promise.all([
      ada.rest('POST', '/auth/change-password', { body: { currentPassword: current, newPassword: next } }),
      ...Array.from({ length: 4 }, () => thief.rest('POST', '/auth/app-tokens', { body })),
    ]);
    expect(changed.status).toBe(204);
    for (const { status, body: answer } of created) {
      if (status === 201) made.push(answer.token);
      else expect(answer.error.code).toBe('SESSION_ENDED');
    }
    current = next;
  }
  for (const token of made) await expectEnded(t, token, 'password_changed');
});

test('an open stream of changes ends with the token that follows it, however that ends', async () => {
  await using t = await createAppTokenAuth();
  const wishes = { scopes: ['sessions:read'] } as const;
  const { browser: ada, token, id } = await registeredWithAppToken(t, 'ada@example.com', wishes);
  const { token: second } = await createdBy(ada, wishes);
  const nobody = new Browser(t);
  await using one = await readEvents(t, nobody, { bearerToken: token });
  await using two = await readEvents(t, nobody, { bearerToken: second });
  await using mine = await readEvents(t, ada);
  expect([one.status, two.status, mine.status]).toEqual([200, 200, 200]);

  await ada.rest('DELETE', `/auth/app-tokens/${id}`);
  const ended = (reason: string) => ({
    event: 'ended',
    data: { error: { code: 'SESSION_ENDED', details: { reason } } },
  });
  expect(await one.next()).toMatchObject(ended('revoked'));
  const change = { type: 'session.revoked', sessionId: id, reason: 'revoked' };
  expect(await mine.next()).toMatchObject({ event: 'change', data: change });
  expect(await two.next()).toMatchObject({ event: 'change', data: change });

  const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await ada.rest('POST', '/auth/change-password', { body });
  expect(await two.next()).toMatchObject(ended('password_changed'));
});

test('what an administrator has asked for with a token is not done once the token is revoked', async () => {
  const seen: Principal[] = [];
  const watcher = defineModule({
    name: 'watcher',
    run: (_kernel, _core: CoreServices) => ({ rules: { authenticate: ({ principal }) => void seen.push(principal) } }),
  });
  await using t = await createAppTokenAuth({ ports: { modules: [watcher] } });
  const root = await registeredAdmin(t);
  const { token, id } = await createdBy(root, { scopes: ['admin:write'] });
  const body = { email: 'new@example.com' };
  expect((await call(t, 'POST /api/v1/admin/users', { token, body })).status).toBe(201);
  const [principal] = seen.slice(-1);
  expect(principal?.session.id).toBe(id);
  if (principal === undefined) return;

  await root.rest('DELETE', `/auth/app-tokens/${id}`);
  const act = callTRPCProcedure({
    router: t.auth.router,
    path: 'admin.users.create',
    getRawInput: async () => ({ email: 'mallory@example.com', role: 'admin' }),
    // Let in before the revocation, and at work after it.
    ctx: { ...t.auth.createLocalContext()(), authenticate: async () => ({ kind: 'active', principal }) },
    type: 'mutation',
    signal: undefined,
    batchIndex: 0,
  });
  const error = await act.then(
    () => null,
    (cause: unknown) => getTRPCErrorFromUnknown(cause).cause,
  );
  expect(error).toMatchObject({ code: 'FORBIDDEN' } satisfies Partial<AuthError>);
  expect(await t.database.query(`select 1 from auth."user" where email = 'mallory@example.com'`)).toEqual([]);
});

test('what ended long ago is forgotten, what ended lately is kept', async () => {
  await using t = await createTestAuth({ ports: { modules: [appTokensModule()] } });
  const { browser: ada } = await registeredWithAppToken(t, 'ada@example.com', { name: 'holds' });
  for (const name of ['expired long ago', 'expired lately', 'revoked long ago', 'revoked lately']) {
    await createdBy(ada, { name });
    const [column, days] = [name.startsWith('expired') ? 'expires_at' : 'revoked_at', name.endsWith('ago') ? 91 : 89];
    await t.database.query(`update auth.app_token set ${column} = now() - make_interval(days => $2) where name = $1`, [
      name,
      days,
    ]);
  }
  await Promise.all(Array.from({ length: 4 }, () => t.auth.maintain()));
  const left = await t.database.query('select name from auth.app_token order by name');
  expect(left).toEqual([{ name: 'expired lately' }, { name: 'holds' }, { name: 'revoked lately' }]);
});
