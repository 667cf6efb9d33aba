import { expect, test } from 'vitest';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import {
  createTestAuth,
  fakeHasher,
  PASSWORD,
  type ReceivedMail,
  type TestAuth,
} from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';
import { takeAsLong } from '../../../test/mann-whitney.ts';

const ADA = 'ada@example.com';
const NEW_PASSWORD = 'amber-violet-anchor';

const post = (browser: Browser, path: string, body: object, headers: Record<string, string> = {}) =>
  browser.rest('POST', path, { body, headers });

const codeOf = ({ body }: { body: { error?: { code: string } } }) => body.error?.code ?? null;

/** The next mail with this subject; others are skipped. */
const mailAbout = async (t: TestAuth, subject: RegExp, to = ADA): Promise<ReceivedMail> => {
  const mail = await t.nextMail(to);
  return subject.test(mail.subject) ? mail : mailAbout(t, subject, to);
};

const typesOf = async (t: TestAuth) => (await t.events()).map(({ type }) => type);

const forgotten = async (t: TestAuth, email = ADA): Promise<ReceivedMail> => {
  await post(new Browser(t), '/auth/forgot-password', { email });
  return mailAbout(t, /Choose a new/, email);
};

const reset = (t: TestAuth, credential: object, newPassword = NEW_PASSWORD) =>
  post(new Browser(t), '/auth/reset-password', { ...credential, newPassword });

const age = (t: TestAuth, minutes: number) =>
  t.database.query('update auth.verification set expires_at = expires_at - make_interval(mins => $1)', [minutes]);

const change = (browser: Browser, currentPassword = PASSWORD, newPassword = NEW_PASSWORD) =>
  post(browser, '/auth/change-password', { currentPassword, newPassword });

test('a change of password ends all other sessions, and gives this one a new token', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const phone = await loggedIn(t, ADA);
  const { session } = (await ada.rest('GET', '/me')).body;
  const oldCookie = ada.cookie;

  const response = await change(ada);

  expect([response.status, response.text]).toEqual([204, '']);
  expect(ada.cookie).not.toBe(oldCookie);
  expect((await ada.rest('GET', '/me')).body.session.id).toBe(session.id);
  const thief = new Browser(t);
  thief.cookie = oldCookie;
  expect((await thief.rest('GET', '/me')).status).toBe(401);
  const ended = await phone.rest('GET', '/me');
  expect(ended.body.error).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'password_changed' } });
  expect((await new Browser(t).login(ADA)).status).toBe(401);
  expect((await new Browser(t).login(ADA, NEW_PASSWORD)).status).toBe(200);
  expect(await typesOf(t)).toEqual(expect.arrayContaining(['sessions.bulk_revoked', 'user.password_changed']));
  expect((await mailAbout(t, /password was changed/)).text).toContain('Firefox on Windows');
});

test.each([
  ['a wrong current password', 'wrong-password-here', NEW_PASSWORD, 'AUTH_INVALID', 401],
  ['a weak new one', PASSWORD, 'qwertyuiop', 'PASSWORD_TOO_WEAK', 400],
  ['the own address as the new one', PASSWORD, ADA, 'PASSWORD_TOO_WEAK', 400],
])('%s changes nothing', async (_what, current, next, code, status) => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const phone = await loggedIn(t, ADA);
  const { cookie } = ada;
  const response = await change(ada, current, next);
  expect([response.status, codeOf(response), ada.cookie]).toEqual([status, code, cookie]);
  expect((await phone.rest('GET', '/me')).status).toBe(200);
  expect((await new Browser(t).login(ADA)).status).toBe(200);
});

test('a new password that is too short is refused at its own field', async () => {
  await using t = await createTestAuth({ password: { minLength: 12 } });
  const ada = await registered(t, ADA);
  const { body } = await change(ada, PASSWORD, 'elevenchars');
  expect(body.error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ path: 'newPassword' }] });
});

test('20 parallel changes of password: one succeeds, and its cookie is the one that works', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const { cookie } = ada;
  const tabs = Array.from({ length: 20 }, (_, index) => {
    const tab = new Browser(t);
    tab.cookie = cookie;
    return { tab, password: `${NEW_PASSWORD}-${index}` };
  });
  const answers = await Promise.all(tabs.map(({ tab, password }) => change(tab, PASSWORD, password)));
  const winners = answers.flatMap(({ status }, index) => (status === 204 ? [index] : []));
  expect(winners).toHaveLength(1);
  const winner = tabs[winners[0] ?? 0];
  expect((await winner?.tab.rest('GET', '/me'))?.status).toBe(200);
  expect((await new Browser(t).login(ADA, winner?.password)).status).toBe(200);
  expect(await t.database.query(`select 1 from auth.session where ended_at is null`)).toHaveLength(2);
});

test('a login that is under way with the old password does not survive the change', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  const ada = await registered(t, ADA);
  const logins = Array.from({ length: 5 }, () => new Browser(t));
  const [changed, ...answers] = await Promise.all([change(ada), ...logins.map((browser) => browser.login(ADA))]);
  expect(changed.status).toBe(204);
  for (const [index, browser] of logins.entries()) {
    const { status } = await browser.rest('GET', '/me');
    expect(status, `a login that was answered with ${answers[index]?.status}`).toBe(401);
  }
});

test('re-authentication makes the session recent again, under a new token', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await t.ageSessions(11);
  const refused = await post(ada, '/auth/change-email', { newEmail: 'countess@example.com' });
  expect([refused.status, codeOf(refused)]).toEqual([403, 'REAUTH_REQUIRED']);
  const oldCookie = ada.cookie;

  expect((await post(ada, '/auth/reauthenticate', { password: PASSWORD })).status).toBe(204);

  expect(ada.cookie).not.toBe(oldCookie);
  expect((await post(ada, '/auth/change-email', { newEmail: 'countess@example.com' })).status).toBe(202);
  const thief = new Browser(t);
  thief.cookie = oldCookie;
  expect((await thief.rest('GET', '/me')).status).toBe(401);
  expect(await typesOf(t)).toContain('user.reauthenticated');
});

test('re-authentication with a wrong password changes nothing', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const { cookie } = ada;
  const response = await post(ada, '/auth/reauthenticate', { password: 'wrong-password-here' });
  expect([response.status, codeOf(response), ada.cookie]).toEqual([401, 'AUTH_INVALID', cookie]);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
  expect(await typesOf(t)).toContain('user.reauthentication_failed');
});

test('20 tabs that re-authenticate at once: one renews the token, the others are told to try again', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const tabs = Array.from({ length: 20 }, () => Object.assign(new Browser(t), { cookie: ada.cookie }));
  const answers = await Promise.all(tabs.map((tab) => post(tab, '/auth/reauthenticate', { password: PASSWORD })));
  const winners = tabs.filter((_tab, index) => answers[index]?.status === 204);
  expect(winners).toHaveLength(1);
  expect((await winners[0]?.rest('GET', '/me'))?.status).toBe(200);
  const losers = answers.filter(({ status }) => status !== 204).map(codeOf);
  // Whose token was dead before the call was looked at is told so.
  expect(losers.every((code) => code === 'CONFLICT' || code === 'UNAUTHENTICATED')).toBe(true);
});

test.each(['token', 'code'])('a forgotten password is replaced by the %s of a mail', async (by) => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const { token, code } = await forgotten(t);

  const response = await reset(
    t,
    by === 'token' ? { token } : { email: ADA, code: code.toLowerCase().replace('-', ' ') },
  );

  expect([response.status, response.text, response.get('set-cookie')]).toEqual([204, '', undefined]);
  const ended = await ada.rest('GET', '/me');
  expect(ended.body.error).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'password_reset' } });
  expect((await new Browser(t).login(ADA)).status).toBe(401);
  const login = await new Browser(t).login(ADA, NEW_PASSWORD);
  expect([login.status, login.body.user.emailVerified]).toEqual([200, true]);
  expect(await typesOf(t)).toEqual(
    expect.arrayContaining(['user.password_reset_requested', 'user.password_reset', 'user.email_verified']),
  );
  await mailAbout(t, /have a new password/);
});

test.each(['token', 'code'])('of 20 who reset with one %s, one succeeds', async (by) => {
  await using t = await createTestAuth();
  await registered(t, ADA);
  const { token, code } = await forgotten(t);
  const credential = by === 'token' ? { token } : { email: ADA, code };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => reset(t, credential, `${NEW_PASSWORD}-${index}`)),
  );
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect(answers.map(codeOf).filter((answer) => answer === 'TOKEN_INVALID')).toHaveLength(19);
  expect((await typesOf(t)).filter((type) => type === 'user.password_reset')).toHaveLength(1);
});

test('a weak password burns neither token nor code', async () => {
  await using t = await createTestAuth();
  await registered(t, ADA);
  const { token, code } = await forgotten(t);
  for (let count = 0; count < 7; count += 1) {
    expect(codeOf(await reset(t, { token }, 'qwertyuiop'))).toBe('PASSWORD_TOO_WEAK');
    expect(codeOf(await reset(t, { email: ADA, code }, 'qwertyuiop'))).toBe('PASSWORD_TOO_WEAK');
  }
  expect((await reset(t, { email: ADA, code })).status).toBe(204);
});

test('used, expired, superseded, altered, foreign and voided ones are refused alike', async () => {
  await using t = await createTestAuth();
  await registered(t, ADA);
  await registered(t, 'bob@example.com');
  const refused = async (credential: object) =>
    expect([codeOf(await reset(t, credential)), JSON.stringify(credential)]).toEqual([
      'TOKEN_INVALID',
      JSON.stringify(credential),
    ]);

  const first = await forgotten(t);
  const second = await forgotten(t);
  await refused({ token: first.token });
  await refused({ email: ADA, code: first.code });
  await refused({ token: `${second.token.slice(0, -2)}xx` });
  await refused({ token: second.token.toLowerCase() });
  await refused({ token: 'x' });
  await refused({ email: 'bob@example.com', code: second.code });
  await refused({ email: 'nobody@example.com', code: second.code });
  await age(t, 61);
  await refused({ token: second.token });
  await refused({ email: ADA, code: second.code });
  await age(t, -61);
  expect((await reset(t, { token: second.token })).status).toBe(204);
  await refused({ token: second.token });
  await refused({ email: ADA, code: second.code });

  const third = await forgotten(t);
  const ada = new Browser(t);
  await ada.login(ADA, NEW_PASSWORD);
  await change(ada, NEW_PASSWORD, 'copper-anchor-tide');
  await refused({ token: third.token });
});

test('it lasts an hour from the sending, however long the mail waited', async () => {
  await using t = await createTestAuth();
  await registered(t, ADA);
  const { text } = await forgotten(t);
  expect(text).toContain('within one hour');
  const [row] = await t.database.query<{ seconds: number }>(
    `select extract(epoch from expires_at - sent_at)::int as seconds from auth.verification where purpose = 'reset_password'`,
  );
  expect(row?.seconds).toBe(3600);
});

test('of any number of wrong codes at the same time five are compared, and then the right one is refused, too', async () => {
  const { hasher, compared } = countingHasher();
  await using t = await createTestAuth({ ports: { hasher } });
  await registered(t, ADA);
  const { code, token } = await forgotten(t);
  const wrong = code.startsWith('0') ? '1111-1111' : '0000-0000';

  const answers = await Promise.all(Array.from({ length: 20 }, () => reset(t, { email: ADA, code: wrong })));

  expect(answers.map(codeOf)).toEqual(new Array(20).fill('TOKEN_INVALID'));
  expect(compared().withStored).toBe(5);
  // Whoever is refused without a comparison waits as long as the others.
  expect(compared().withNothing).toBe(15);
  expect(codeOf(await reset(t, { email: ADA, code }))).toBe('TOKEN_INVALID');
  expect((await reset(t, { token })).status).toBe(204);
});

test('a token or code of one purpose opens nothing else', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const verification = await mailAbout(t, /Verify/);
  expect(codeOf(await reset(t, { token: verification.token }))).toBe('TOKEN_INVALID');
  expect(codeOf(await reset(t, { email: ADA, code: verification.code }))).toBe('TOKEN_INVALID');
  const forgottenMail = await forgotten(t);
  const verify = (body: object) => post(ada, '/auth/verify-email', body);
  expect(codeOf(await verify({ token: forgottenMail.token }))).toBe('TOKEN_INVALID');
  expect(codeOf(await verify({ code: forgottenMail.code }))).toBe('TOKEN_INVALID');
  expect((await ada.rest('GET', '/me', {})).body.user.emailVerified).toBe(false);
});

test.each([
  ['neither token nor code', {}],
  ['both', { token: 'x', code: 'y', email: ADA }],
  ['a code without an address', { code: 'x' }],
  ['an address without a code', { email: ADA, token: 'x' }],
  ['a user id', { token: 'x', userId: '019a9f3e-0000-7000-8000-000000000000' }],
  ['a role', { token: 'x', role: 'admin' }],
  ['a token that is an object', { token: { $ne: null } }],
])('a reset with %s is refused', async (_what, credential) => {
  await using t = await createTestAuth();
  expect(codeOf(await reset(t, credential))).toBe('VALIDATION_FAILED');
  const { body } = await new Browser(t).mutate('auth.resetPassword', { ...credential, newPassword: NEW_PASSWORD });
  expect(body.error.data.code).toBe('VALIDATION_FAILED');
});

test('asking for a new password is answered with the same bytes for every address', async () => {
  await using t = await createTestAuth();
  await registered(t, ADA);
  const answers = await Promise.all(
    [ADA, 'nobody@example.com'].map((email) => post(new Browser(t), '/auth/forgot-password', { email })),
  );
  const [known, unknown] = answers.map(({ status, text, headers }) => {
    const { date: _date, 'x-trace-id': _trace, ...others } = headers;
    return { status, text, others };
  });
  expect(known).toEqual(unknown);
  expect(known).toMatchObject({ status: 202, text: '{"verification":"sent"}' });
  // Nothing is kept of an address that nobody registered.
  await mailAbout(t, /Choose a new/);
  const left = () => t.database.query(`select 1 from auth.mail where recipient = 'nobody@example.com'`);
  await eventually(async () => (await left()).length).toBe(0);
  expect(JSON.stringify(await t.events())).not.toContain('nobody@example.com');
});

test('asking for a new password takes as long for an unknown address as for a known one', {
  timeout: 180_000,
}, async () => {
  await using t = await createTestAuth();
  await registered(t, ADA);
  const ask = (email: string) => post(new Browser(t), '/auth/forgot-password', { email });
  for (let index = 0; index < 20; index += 1) await Promise.all([ask(ADA), ask(`nobody-${index}@example.com`)]);
  expect(await takeAsLong(200, [() => ask(ADA), (index) => ask(`nobody-${index}@example.com`)])).toBe(true);
});

/** Tells comparisons with a stored code from those with nothing. */
const countingHasher = () => {
  const counts = { withStored: 0, withNothing: 0 };
  const hasher = {
    ...fakeHasher,
    verify: (password: string, storedHash: string | null) => {
      if (storedHash === null) counts.withNothing += 1;
      else counts.withStored += 1;
      return fakeHasher.verify(password, storedHash);
    },
  };
  return { hasher, compared: () => counts };
};
