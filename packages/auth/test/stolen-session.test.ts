import { callTRPCProcedure, getTRPCErrorFromUnknown } from '@trpc/server';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { AuthError } from '../src/index.ts';
import { idOf, registeredAdmin } from './admin-scene.ts';
import { Browser, loggedIn, registered, SAFARI } from './browser.ts';
import { createTestAuth, PASSWORD, type TestAuth } from './create-test-auth.ts';
import { readEvents } from './event-reader.ts';
import { eventually } from './eventually.ts';

const ADA = 'ada@example.com';
const THIEF = 'thief@example.com';
const NEW_PASSWORD = 'velvet-harbour-signal';

const tokenIn = (text: string): string => /#token=([\w-]+)/.exec(text)?.[1] ?? '';

const post = (browser: Browser, path: string, body: object) => browser.rest('POST', path, { body });

/** A session of Ada's in the hands of somebody who has asked for another address. */
const setScene = async () => {
  const t = await createTestAuth();
  const ada = await registered(t, ADA);
  const thief = await loggedIn(t, ADA, SAFARI);
  await post(thief, '/auth/change-email', { newEmail: THIEF });
  return { t, ada, thief, token: tokenIn((await t.nextMail(THIEF)).text) };
};

test.each([
  [
    'a new password',
    (ada: Browser) => post(ada, '/auth/change-password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  ],
  ['logging out everywhere', (ada: Browser) => ada.rest('DELETE', '/auth/sessions/all')],
  [
    'a reset by mail',
    async (ada: Browser, t: TestAuth) => {
      const since = t.mails.length;
      await post(ada, '/auth/forgot-password', { email: ADA });
      await expect.poll(() => t.mails.slice(since).find(({ text }) => text.includes('reset-password'))).toBeDefined();
      const mail = t.mails.slice(since).find(({ text }) => text.includes('reset-password'));
      return post(ada, '/auth/reset-password', { token: tokenIn(mail?.text ?? ''), newPassword: NEW_PASSWORD });
    },
  ],
])('after %s, the address that a thief asked for is not to be had', async (_name, defend) => {
  const { t, ada, token } = await setScene();
  await using _ = t;
  expect((await defend(ada, t)).status).toBeLessThan(300);
  const answer = await post(new Browser(t), '/auth/verify-email', { token });
  expect([answer.status, answer.body.error.code]).toEqual([400, 'TOKEN_INVALID']);
  expect(await t.database.query('select email from auth."user"')).toEqual([{ email: ADA }]);
});

test('while nobody defends it, an address is changed by the mail to the new one', async () => {
  const { t, token } = await setScene();
  await using _ = t;
  expect((await post(new Browser(t), '/auth/verify-email', { token })).status).toBe(204);
  expect(await t.database.query('select email from auth."user"')).toEqual([{ email: THIEF }]);
});

test('a new password makes strangers of the devices that the old one has logged in on, but for the one in hand', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await loggedIn(t, ADA, SAFARI);
  await post(ada, '/auth/change-password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
  expect(await t.database.query('select 1 from auth.known_device')).toHaveLength(1);
  await ada.login(ADA, NEW_PASSWORD);
  const logins = (await t.events()).filter(({ type }) => type === 'user.login');
  expect(logins.at(-1)).toMatchObject({ data: { newDevice: false } });
});

test('the administrator of the settings is whoever owns address and password, not who clicks a link for somebody else', async () => {
  await using t = await createTestAuth({ adminEmail: ADA });
  const thief = await registered(t, ADA);
  const link = tokenIn((await t.nextMail(ADA)).text);
  expect((await post(new Browser(t), '/auth/verify-email', { token: link })).status).toBe(204);
  expect((await thief.rest('GET', '/me')).body.user).toMatchObject({ role: 'user', emailVerified: true });
});

test('what an administrator has asked for is not done once they are none any more', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await registered(t, 'root@example.com');
  await t.makeAdmin(ADA);
  await t.makeAdmin('root@example.com');
  const ctx = t.auth.createLocalContext({ sessionToken: ada.token })();
  const before = await ctx.authenticate({ countsAsActivity: false });
  await t.database.query(`update auth."user" set role = 'user' where email = $1`, [ADA]);
  const { id } = (await ada.rest('GET', '/me')).body.user;

  const acts: [string, object][] = [
    ['admin.users.create', { email: 'mallory@example.com', role: 'admin' }],
    ['admin.users.update', { id, role: 'admin' }],
    ['admin.users.restore', { id }],
    ['admin.users.unban', { id }],
    ['admin.sessions.revokeAll', { id }],
  ];
  for (const [path, input] of acts) {
    const call = callTRPCProcedure({
      router: t.auth.router,
      path,
      getRawInput: async () => input,
      // Let in before the demotion, and at work after it.
      ctx: { ...ctx, authenticate: async () => before },
      type: 'mutation',
      signal: undefined,
      batchIndex: 0,
    });
    const error = await call.then(
      () => null,
      (cause: unknown) => getTRPCErrorFromUnknown(cause).cause,
    );
    expect(error, path).toBeInstanceOf(AuthError);
    expect((error as AuthError).code, path).toBe('FORBIDDEN');
  }
  expect(await t.database.query(`select 1 from auth."user" where role = 'admin'`)).toHaveLength(1);
});

test.each<[string, (admin: Browser, id: string) => Promise<{ status: number }>]>([
  ['renames', (admin, id) => admin.rest('PATCH', `/admin/users/${id}`, { body: { name: 'Mallory' } })],
  ['promotes', (admin, id) => admin.rest('PATCH', `/admin/users/${id}`, { body: { role: 'admin' } })],
  ['restores', (admin, id) => admin.rest('POST', `/admin/users/${id}/restore`)],
])('an act that waits for a lock is not done by who is demoted meanwhile: %s', async (name, act) => {
  await using t = await createTestAuth();
  const mallory = await registeredAdmin(t, 'mallory@example.com');
  await registeredAdmin(t, 'root@example.com');
  const id = await idOf(await registered(t, ADA));
  if (name === 'restores') await mallory.rest('DELETE', `/admin/users/${id}`);
  const read = () => t.database.query(`select name, role, banned_at, deleted_at from auth."user" where id = $1`, [id]);
  const before = await read();
  const holder = new Client({ connectionString: t.database.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from auth."user" where id = $1 for update', [id]);
  const acting = act(mallory, id);
  await eventually(async () => (await t.database.query('select 1 from pg_locks where not granted')).length).toBe(1);
  await t.database.query(
    `update auth."user" set role = 'user', session_epoch = session_epoch + 1 where email = 'mallory@example.com'`,
  );
  await holder.query('commit');
  await holder.end();
  expect((await acting).status).toBe(403);
  expect(await read()).toEqual(before);
});

test('an administrator who was only invited is not counted as the one who stays', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await t.makeAdmin(ADA);
  await post(ada, '/admin/users', { email: 'invited@example.com', role: 'admin' });
  const answer = await ada.rest('DELETE', '/me');
  expect([answer.status, answer.body.error.code]).toEqual([409, 'CONFLICT']);
});

test('a session that looks idle, and may have been used elsewhere a moment ago, can be revoked', async () => {
  await using t = await createTestAuth({ session: { idleTimeoutMinutes: 30 } });
  await using other = await createTestAuth({ session: { idleTimeoutMinutes: 30 }, database: t.database });
  const laptop = await registered(t, ADA);
  const phone = await loggedIn(t, ADA, SAFARI);
  const { id } = (await phone.rest('GET', '/me')).body.session;
  await t.database.query(`update auth.session set last_active_at = now() - interval '40 minutes' where id = $1`, [id]);
  const elsewhere = Object.assign(new Browser(other), { cookie: laptop.cookie });
  expect((await elsewhere.rest('DELETE', `/auth/sessions/${id}`)).status).toBe(204);
  expect((await phone.rest('GET', '/me')).body.error.details).toEqual({ reason: 'revoked' });
});

test('a stream under another spelling of its path is left behind by nobody', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  for (let count = 0; count < 25; count += 1) {
    const stream = await readEvents(t, ada, { path: '/trpc/sessions%2Echanges' });
    expect(await stream.next()).toMatchObject({ event: 'connected' });
    await stream[Symbol.asyncDispose]();
  }
  const isServed = async () => {
    await using stream = await readEvents(t, ada);
    return stream.status;
  };
  await expect.poll(isServed).toBe(200);
});

test.each(['9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+01:00'])(
  'no calendar trick with %s gets past the input',
  async (instant) => {
    await using t = await createTestAuth();
    const ada = await registered(t, ADA);
    await t.makeAdmin(ADA);
    const bob = await registered(t, 'bob@example.com');
    const { id } = (await bob.rest('GET', '/me')).body.user;
    const ban = await post(ada, `/admin/users/${id}/ban`, { reason: 'Spam', until: instant });
    const search = `from=${encodeURIComponent(instant)}`;
    const events = await ada.rest('GET', `/admin/events?${search}`);
    expect([ban.status, ban.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect([events.status, events.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  },
);

test('nobody writes into the mails of others by their user agent, nor floods them with notices', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  await registered(t, ADA);
  const agents = Array.from(
    { length: 8 },
    (_, index) => `Your mailbox is full. Visit https://evil.example/${index} now /1 (x`,
  );
  for (const agent of agents) await loggedIn(t, ADA, agent);
  const labels = await t.database.query<{ device_label: string }>('select distinct device_label from auth.session');
  expect(JSON.stringify(labels)).not.toMatch(/evil|mailbox/i);
  expect(await t.database.query(`select 1 from auth.mail where template = 'new_device'`)).toHaveLength(5);
});
