import { expect, test } from 'vitest';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import { createTestAuth, PASSWORD } from '../../../test/create-test-auth.ts';

test('registers, logs in and answers who that is', async () => {
  await using t = await createTestAuth();
  const ada = new Browser(t);

  const { status, body } = await ada.rest('POST', '/auth/register', {
    body: { email: ' Ada@Example.com ', password: PASSWORD, name: 'Ada Lovelace' },
  });

  expect(status).toBe(201);
  expect(body.user).toMatchObject({
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    role: 'user',
    emailVerified: false,
  });
  expect((await ada.rest('GET', '/me')).body.user).toEqual(body.user);
  expect((await t.events()).map(({ type }) => type)).toEqual(['user.registered', 'session.created']);
});

test('the cookies are httpOnly, lax and for the whole site; one lasts as long as the session, the other as long as the device', async () => {
  await using t = await createTestAuth({ session: { lifetimeHours: 2 } });
  const response = await new Browser(t).register('ada@example.com');
  expect(response.get('set-cookie')).toEqual([
    expect.stringMatching(/^latchkey_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=7(200|199)$/),
    expect.stringMatching(/^latchkey_device=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=34560000$/),
  ]);
});

test('on https the cookies are Secure and bound to the host', async () => {
  await using t = await createTestAuth({ publicUrl: 'https://auth.example.com' });
  const response = await new Browser(t).register('ada@example.com');
  expect(response.get('set-cookie')?.[0]).toMatch(
    /^__Host-latchkey_session=.*; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=/,
  );
  expect(response.get('set-cookie')?.[1]).toMatch(
    /^__Host-latchkey_device=.*; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=/,
  );
});

test('refuses an address that is taken, in whatever case it is written', async () => {
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');
  const { status, body } = await new Browser(t).register('ADA@example.com');
  expect([status, body.error.code]).toEqual([409, 'EMAIL_TAKEN']);
});

test('50 parallel registrations of one address make one account', async () => {
  await using t = await createTestAuth();

  const answers = await Promise.all(Array.from({ length: 50 }, () => new Browser(t).register('ada@example.com')));

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.error?.code === 'EMAIL_TAKEN')).toHaveLength(49);
  expect(await t.database.query('select 1 from auth."user"')).toHaveLength(1);
  expect(await t.database.query('select 1 from auth.password')).toHaveLength(1);
  expect((await t.events()).filter(({ type }) => type === 'user.registered')).toHaveLength(1);
});

const at = (local: string) => `${local}@example.com`;

test.each([
  ['no address', { password: PASSWORD }],
  ['an address without @', { email: 'ada', password: PASSWORD }],
  ['an address of 400 characters', { email: at('a'.repeat(388)), password: PASSWORD }],
  ['NUL in the address', { email: 'a\0da@example.com', password: PASSWORD }],
  ['CRLF after the address', { email: 'ada@example.com\r\nBcc: eve@example.com', password: PASSWORD }],
  ['a line break at its end', { email: 'ada@example.com\r\n', password: PASSWORD }],
  ['an address that is an object', { email: { $ne: null }, password: PASSWORD }],
  ['a password of 7 characters', { email: at('ada'), password: 'ab cd 1' }],
  ['a password of 7 characters outside the basic plane', { email: at('ada'), password: '🗝'.repeat(7) }],
  ['a password of 257 characters', { email: at('ada'), password: 'x'.repeat(257) }],
  ['a lone surrogate in the password', { email: at('ada'), password: 'abcdefgh\ud800' }],
  ['a number as password', { email: at('ada'), password: 12345678 }],
  ['an empty name', { email: at('ada'), password: PASSWORD, name: '  ' }],
  ['NUL in the name', { email: at('ada'), password: PASSWORD, name: 'Ada\0' }],
  ['CRLF in the name', { email: at('ada'), password: PASSWORD, name: 'Ada\r\nLovelace' }],
  ['text that runs backwards in the name', { email: at('ada'), password: PASSWORD, name: 'Ada\u202Enimda' }],
  ['a role', { email: at('ada'), password: PASSWORD, role: 'admin' }],
  ['an id', { email: at('ada'), password: PASSWORD, id: '019a9f3e-0000-7000-8000-000000000000' }],
  ['emailVerified', { email: at('ada'), password: PASSWORD, emailVerified: true }],
  ['a list', [{ email: at('ada'), password: PASSWORD }]],
])('refuses to register with %s, and makes nothing', async (_what, body) => {
  await using t = await createTestAuth();

  const rest = await new Browser(t).rest('POST', '/auth/register', { body });
  const trpc = await new Browser(t).mutate('auth.register', body);

  expect([rest.status, rest.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect([trpc.status, trpc.body.error.data.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect(await t.database.query('select 1 from auth."user"')).toEqual([]);
  expect(await t.events()).toEqual([]);
});

test('names the refused fields one by one', async () => {
  await using t = await createTestAuth();
  const { body } = await new Browser(t).rest('POST', '/auth/register', { body: { email: 'ada', color: 'red' } });
  expect(body.error.details).toEqual(
    expect.arrayContaining([
      { path: 'email', message: 'Enter a valid e-mail address.' },
      { path: 'password', message: 'This field is required.' },
      { path: 'color', message: 'This field is not known here.' },
    ]),
  );
});

test('refuses __proto__ as a key', async () => {
  await using t = await createTestAuth();
  const text = '{"__proto__":{"role":"admin"},"email":"ada@example.com","password":"tidal-copper-lantern"}';
  const response = await fetch(`${t.url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
  });
  expect(response.status).toBe(400);
  expect(await t.database.query('select 1 from auth."user"')).toEqual([]);
});

test.each(['password', 'ada.lovelace@example.com', 'Ada.Lovelace', 'Augusta Ada', 'augustaada', 'AUGUSTA-ada!'])(
  'refuses %s as a password of ada.lovelace@example.com, Augusta Ada',
  async (password) => {
    await using t = await createTestAuth();
    const body = { email: 'ada.lovelace@example.com', name: 'Augusta Ada', password };
    const answer = await new Browser(t).rest('POST', '/auth/register', { body });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'PASSWORD_TOO_WEAK']);
  },
);

test('a longer minimum of the setting holds', async () => {
  await using t = await createTestAuth({ password: { minLength: 24 } });
  const { status, body } = await new Browser(t).register('ada@example.com');
  expect([status, body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect(body.error.details).toEqual([{ path: 'password', message: 'Use at least 24 characters.' }]);
});

test('an unknown address and a wrong password get the same answer', async () => {
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');

  const wrong = await new Browser(t).login('ada@example.com', 'not-the-password');
  const unknown = await new Browser(t).login('bob@example.com', 'not-the-password');

  expect(wrong.status).toBe(401);
  expect(wrong.body.error).toMatchObject({ code: 'AUTH_INVALID', details: null });
  expect({ ...unknown.body.error, traceId: '' }).toEqual({ ...wrong.body.error, traceId: '' });
  expect(unknown.status).toBe(wrong.status);
  expect(unknown.get('set-cookie')).toBeUndefined();
  const events = (await t.events()).slice(2);
  expect(events.map(({ type }) => type)).toEqual(['user.login_failed', 'user.login_failed']);
  expect(events.map(({ user_id }) => user_id !== null)).toEqual([true, false]);
});

test('a login in a browser that was logged in replaces its session', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const before = ada.cookie;

  await ada.login('ada@example.com');

  expect(ada.cookie).not.toBe(before);
  expect((await ada.rest('GET', '/auth/sessions')).body.items).toHaveLength(1);
  const old = new Browser(t);
  old.cookie = before;
  expect((await old.rest('GET', '/me')).body.error.details).toEqual({ reason: 'logged_out' });
});

test('logs out: the cookie is cleared and the session is over', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const { cookie } = ada;

  const { status, text } = await ada.rest('POST', '/auth/logout');

  expect([status, text]).toEqual([204, '']);
  expect(ada.cookie).toBeNull();
  ada.cookie = cookie;
  expect((await ada.rest('GET', '/me')).body.error).toMatchObject({
    code: 'SESSION_ENDED',
    details: { reason: 'logged_out' },
  });
  expect((await t.events()).map(({ type }) => type)).toEqual(
    expect.arrayContaining(['session.revoked', 'user.logout']),
  );
});

test('other devices stay logged in', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');
  await phone.rest('POST', '/auth/logout');
  expect((await laptop.rest('GET', '/me')).status).toBe(200);
});

test.each([
  ['none', () => null],
  ['a truncated one', (cookie: string) => cookie.slice(0, -1)],
  ['an altered one', (cookie: string) => `${cookie.slice(0, -3)}AAA`],
  ['one with more behind it', (cookie: string) => `${cookie}A`],
  ['two different ones', (cookie: string) => `${cookie}; latchkey_session=${'A'.repeat(43)}`],
  ['one of 3,000 characters', () => `latchkey_session=${'A'.repeat(3000)}`],
  ['an empty one', () => 'latchkey_session='],
  ['one in another case', (cookie: string) => cookie.replace('latchkey', 'LATCHKEY')],
])('with %s for a cookie nobody is logged in', async (_what, alter) => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  ada.cookie = alter(ada.cookie ?? '');

  const { status, body } = await ada.rest('GET', '/me');

  expect([status, body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
});

test('tells what a client may know before login', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 7 }, password: { minLength: 10 } });
  const { status, body } = await new Browser(t).rest('GET', '/auth/config');
  expect(status).toBe(200);
  expect(body).toEqual({
    session: { idleTimeoutMinutes: 60, lifetimeHours: 168, maxPerUser: 7, reauthWindowMinutes: 10 },
    password: { minLength: 10, maxLength: 256 },
    account: { purgeDeletedAfterDays: 30 },
    sessionCookies: true,
    requireEmailVerification: false,
    modules: ['users', 'mail', 'verifications', 'authentication', 'sessions', 'audit', 'accounts', 'admin'],
  });
});

test('the newest session has a new secret each time', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const tokens = new Set([ada.token]);
  for (let count = 0; count < 4; count += 1) tokens.add((await loggedIn(t, 'ada@example.com')).token);
  expect(tokens.size).toBe(5);
});
