import { createHash } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import {
  createTestAuth,
  createTestDatabase,
  fakeHasher,
  PASSWORD,
  type ReceivedMail,
  type TestAuth,
} from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';

const ADA = 'ada@example.com';
const COUNTESS = 'countess@example.com';

const post = (browser: Browser, path: string, body: object) => browser.rest('POST', path, { body });
const verify = (browser: Browser, body: object) => post(browser, '/auth/verify-email', body);
const codeOf = ({ body }: { body: { error?: { code: string } } }) => body.error?.code ?? null;
const typesOf = async (t: TestAuth) => (await t.events()).map(({ type }) => type);

const mailAbout = async (t: TestAuth, subject: RegExp, to = ADA): Promise<ReceivedMail> => {
  const mail = await t.nextMail(to);
  return subject.test(mail.subject) ? mail : mailAbout(t, subject, to);
};

const isVerified = async (browser: Browser) => (await browser.rest('GET', '/me')).body.user.emailVerified;

test.each([
  ['its token, by anyone', false, ({ token }: ReceivedMail) => ({ token })],
  ['its code, with a session', true, ({ code }: ReceivedMail) => ({ code })],
  ['its code and the address', false, ({ code }: ReceivedMail) => ({ code: code.toLowerCase(), email: ADA })],
])('registering mails what verifies the address: %s', async (_how, withSession, bodyOf) => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const body = bodyOf(await mailAbout(t, /Verify/));
  expect(await isVerified(ada)).toBe(false);

  expect((await verify(withSession ? ada : new Browser(t), body)).status).toBe(204);

  expect(await isVerified(ada)).toBe(true);
  expect(await typesOf(t)).toContain('user.email_verified');
  expect(codeOf(await verify(ada, body))).toBe('TOKEN_INVALID');
});

test.each(['token', 'code'])('of 20 who verify with one %s, one succeeds', async (by) => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const { token, code } = await mailAbout(t, /Verify/);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => verify(ada, by === 'token' ? { token } : { code })),
  );
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect(answers.map(codeOf).filter((answer) => answer === 'TOKEN_INVALID')).toHaveLength(19);
  expect((await typesOf(t)).filter((type) => type === 'user.email_verified')).toHaveLength(1);
});

test("a code with a session counts for that session's account only", async () => {
  await using t = await createTestAuth();
  await registered(t, ADA);
  const bob = await registered(t, 'bob@example.com');
  const { code, token } = await mailAbout(t, /Verify/);
  expect(codeOf(await verify(bob, { code }))).toBe('TOKEN_INVALID');
  expect(codeOf(await verify(new Browser(t), { code }))).toBe('UNAUTHENTICATED');
  await t.database.query(`update auth.verification set expires_at = expires_at - interval '25 hours'`);
  expect(codeOf(await verify(bob, { token }))).toBe('TOKEN_INVALID');
});

test.each([
  ['nothing', {}],
  ['an address alone', { email: ADA }],
  ['both token and code', { token: 'x', code: 'y' }],
  ['emailVerified', { token: 'x', emailVerified: true }],
])('verifying with %s is refused', async (_what, body) => {
  await using t = await createTestAuth();
  expect(codeOf(await verify(new Browser(t), body))).toBe('VALIDATION_FAILED');
});

test('the mail comes once more on demand, with a new link that replaces the old one', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const first = await mailAbout(t, /Verify/);
  const answer = await post(ada, '/auth/verify-email/resend', {});
  expect([answer.status, answer.text]).toEqual([202, '{"verification":"sent"}']);
  const second = await mailAbout(t, /Verify/);
  expect(codeOf(await verify(ada, { token: first.token }))).toBe('TOKEN_INVALID');
  expect((await verify(ada, { token: second.token })).status).toBe(204);
  expect(codeOf(await post(new Browser(t), '/auth/verify-email/resend', {}))).toBe('UNAUTHENTICATED');
});

test('sending it once more is answered alike for every address, and mails only who waits for it', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await registered(t, 'bob@example.com');
  await mailAbout(t, /Verify/, 'bob@example.com');
  await verify(ada, { token: (await mailAbout(t, /Verify/)).token });
  const answers = [];
  for (const email of [ADA, 'nobody@example.com', 'bob@example.com']) {
    const { status, text } = await post(new Browser(t), '/auth/verify-email/resend', { email });
    answers.push({ status, text });
  }
  expect(answers).toEqual(new Array(3).fill({ status: 202, text: '{"verification":"sent"}' }));
  await mailAbout(t, /Verify/, 'bob@example.com');
  await eventually(async () => t.database.query(`select 1 from auth.mail where status = 'pending'`)).toEqual([]);
  expect(t.mails.filter(({ to }) => to === ADA)).toHaveLength(1);
  expect(t.mails.filter(({ to }) => to === 'nobody@example.com')).toHaveLength(0);
});

const requestChange = async (t: TestAuth, browser: Browser, newEmail = COUNTESS): Promise<ReceivedMail> => {
  const { status } = await post(browser, '/auth/change-email', { newEmail });
  if (status !== 202) throw new Error(`The change was refused: ${status}`);
  return t.nextMail(newEmail);
};

test.each(['token', 'code'])('the address changes once the new one is confirmed with the %s', async (by) => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const pending = await requestChange(t, ada);
  expect((await ada.rest('GET', '/me')).body.user.email).toBe(ADA);
  await mailAbout(t, /was asked for/);

  const { token, code } = pending;
  expect((await verify(ada, by === 'token' ? { token } : { code })).status).toBe(204);

  expect((await ada.rest('GET', '/me')).body.user).toMatchObject({ email: COUNTESS, emailVerified: true });
  expect((await new Browser(t).login(ADA)).status).toBe(401);
  expect((await new Browser(t).login(COUNTESS)).status).toBe(200);
  await mailAbout(t, /address was changed/);
  const updated = (await t.events()).find(({ type }) => type === 'user.updated');
  expect(updated?.data).toEqual({ changed: ['email'] });
  expect(await typesOf(t)).toEqual(expect.arrayContaining(['user.email_change_requested', 'user.email_verified']));
});

test('what was mailed to the old address opens nothing after the change', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await mailAbout(t, /Verify/);
  const { token } = await requestChange(t, ada);
  await post(new Browser(t), '/auth/forgot-password', { email: ADA });
  const forgotten = await mailAbout(t, /Choose a new/);
  expect((await verify(ada, { token })).status).toBe(204);
  const reset = await post(new Browser(t), '/auth/reset-password', { token: forgotten.token, newPassword: PASSWORD });
  expect(codeOf(reset)).toBe('TOKEN_INVALID');
});

test('a change to an address that is taken is answered alike, and its owner is told', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await registered(t, COUNTESS);
  await mailAbout(t, /Verify/, COUNTESS);
  const taken = await post(ada, '/auth/change-email', { newEmail: COUNTESS });
  const free = await post(ada, '/auth/change-email', { newEmail: 'free@example.com' });
  expect([taken.status, taken.text]).toEqual([free.status, free.text]);
  const { subject, token, code } = await t.nextMail(COUNTESS);
  expect([subject, token, code]).toEqual(['You have an account already · Latchkey', '', '']);
  expect((await ada.rest('GET', '/me')).body.user.email).toBe(ADA);
});

const pendingOf = async (browser: Browser) => (await browser.rest('GET', '/auth/change-email')).body.pendingEmail;

test('which address waits for its consent is told until it has given it', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  expect(await pendingOf(ada)).toBeNull();
  await requestChange(t, ada, 'first@example.com');
  const { token } = await requestChange(t, ada);
  expect(await pendingOf(ada)).toBe(COUNTESS);
  expect(await pendingOf(await registered(t, 'bob@example.com'))).toBeNull();
  await verify(ada, { token });
  expect(await pendingOf(ada)).toBeNull();
});

test.each([
  ['free', false],
  ['taken', true],
])('an address that is %s waits as long as any other', async (_which, isTaken) => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  if (isTaken) {
    await registered(t, COUNTESS);
    await mailAbout(t, /Verify/, COUNTESS);
  }
  await requestChange(t, ada);
  const age = (minutes: number) =>
    t.database.query(
      `update auth.verification set created_at = created_at - make_interval(mins => $1),
         expires_at = expires_at - make_interval(mins => $1)`,
      [minutes],
    );
  await age(59);
  expect(await pendingOf(ada)).toBe(COUNTESS);
  await age(2);
  expect(await pendingOf(ada)).toBeNull();
});

test('a change that somebody takes back is over: its mail opens nothing', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  const { token, code } = await requestChange(t, ada);
  expect((await ada.rest('DELETE', '/auth/change-email')).status).toBe(204);
  expect(await pendingOf(ada)).toBeNull();
  expect(codeOf(await verify(ada, { token }))).toBe('TOKEN_INVALID');
  expect(codeOf(await verify(ada, { code }))).toBe('TOKEN_INVALID');
  expect((await ada.rest('DELETE', '/auth/change-email')).status).toBe(204);
  expect((await typesOf(t)).filter((type) => type === 'user.email_change_cancelled')).toHaveLength(1);
});

test('a change dies with the sessions of whoever asked for it', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  await requestChange(t, ada);
  await post(ada, '/auth/change-password', { currentPassword: PASSWORD, newPassword: 'amber-violet-anchor' });
  expect(await pendingOf(ada)).toBeNull();
});

test('of 20 accounts that confirm one new address, one gets it', { timeout: 60_000 }, async () => {
  await using t = await createTestAuth();
  const contenders = [];
  for (let index = 0; index < 20; index += 1) {
    const browser = await registered(t, `ada-${index}@example.com`);
    contenders.push({ browser, token: (await requestChange(t, browser)).token });
  }
  const answers = await Promise.all(contenders.map(({ browser, token }) => verify(browser, { token })));
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect(answers.map(codeOf).filter((code) => code === 'EMAIL_TAKEN')).toHaveLength(19);
  expect(await t.database.query('select 1 from auth."user" where email = $1', [COUNTESS])).toHaveLength(1);
});

test('a change of address needs a recent session, another address, and nothing else', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, ADA);
  expect(codeOf(await post(ada, '/auth/change-email', { newEmail: ADA }))).toBe('VALIDATION_FAILED');
  expect(codeOf(await post(ada, '/auth/change-email', { newEmail: COUNTESS, role: 'admin' }))).toBe(
    'VALIDATION_FAILED',
  );
  await t.ageSessions(11);
  expect(codeOf(await post(ada, '/auth/change-email', { newEmail: COUNTESS }))).toBe('REAUTH_REQUIRED');
  const { body } = await ada.mutate('auth.changeEmail', { newEmail: COUNTESS });
  expect(body.error.data.code).toBe('REAUTH_REQUIRED');
});

const REQUIRED = { requireEmailVerification: true };

test('where addresses must be verified, registering ends with a mail, and logging in waits for it', async () => {
  await using t = await createTestAuth(REQUIRED);
  const ada = new Browser(t);
  const answer = await ada.register(ADA);
  expect([answer.status, answer.body, answer.get('set-cookie')]).toEqual([202, { verification: 'sent' }, undefined]);
  const unproved = await ada.login(ADA, 'wrong-password-here');
  const early = await ada.login(ADA);
  expect([early.status, codeOf(early), early.get('set-cookie')]).toEqual([403, 'EMAIL_NOT_VERIFIED', undefined]);
  expect(codeOf(unproved)).toBe('AUTH_INVALID');

  expect((await verify(ada, { token: (await mailAbout(t, /Verify/)).token })).status).toBe(204);

  expect((await ada.login(ADA)).status).toBe(200);
  expect((await ada.rest('GET', '/auth/config')).body.requireEmailVerification).toBe(true);
});

test('over tRPC and in process, registering answers the same', async () => {
  await using t = await createTestAuth(REQUIRED);
  const { status, body } = await new Browser(t).mutate('auth.register', { email: ADA, password: PASSWORD });
  expect([status, body.result.data]).toEqual([200, { verification: 'sent' }]);
});

test('before the password is proved, an unverified account looks like none', async () => {
  await using t = await createTestAuth(REQUIRED);
  await new Browser(t).register(ADA);
  const answers = await Promise.all(
    [ADA, 'nobody@example.com'].map((email) => new Browser(t).login(email, 'a-wrong-one')),
  );
  const [known, unknown] = answers.map(({ status, text }) => [status, text.replace(/"traceId":"\w+"/, '')]);
  expect(known).toEqual(unknown);
});

test('registering a known address is answered with the same bytes and as much work, and its owner is told', async () => {
  const hashed: string[] = [];
  const hasher = {
    ...fakeHasher,
    hash: (password: string) => {
      if (password === PASSWORD) hashed.push(password);
      return fakeHasher.hash(password);
    },
  };
  await using t = await createTestAuth({ ...REQUIRED, ports: { hasher } });
  const answers = [];
  for (let count = 0; count < 2; count += 1) {
    const { status, text, headers } = await new Browser(t).register(ADA);
    const { date: _date, 'x-trace-id': _trace, ...others } = headers;
    answers.push({ status, text, others });
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(hashed).toHaveLength(2);
  const { text, token } = await mailAbout(t, /have an account already/);
  expect([token, text.includes('http://localhost:4000/forgot-password')]).toEqual(['', true]);
  expect(await typesOf(t)).toEqual(['user.registered', 'user.registration_repeated']);
});

test('of 20 who register one address at once, one account is made and all are answered alike', async () => {
  await using t = await createTestAuth(REQUIRED);
  const answers = await Promise.all(Array.from({ length: 20 }, () => new Browser(t).register(ADA)));
  expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(
    new Array(20).fill('202 {"verification":"sent"}'),
  );
  expect(await t.database.query('select 1 from auth."user"')).toHaveLength(1);
  expect((await typesOf(t)).filter((type) => type === 'user.registration_repeated')).toHaveLength(19);
});

test('whoever reads the mails gets an account that somebody else registered in their name', async () => {
  await using t = await createTestAuth(REQUIRED);
  await new Browser(t).register(ADA, 'what-the-thief-chose');
  await new Browser(t).register(ADA);
  await mailAbout(t, /have an account already/);
  await post(new Browser(t), '/auth/forgot-password', { email: ADA });
  const { token } = await mailAbout(t, /Choose a new/);
  await post(new Browser(t), '/auth/reset-password', { token, newPassword: PASSWORD });
  expect((await new Browser(t).login(ADA)).status).toBe(200);
  expect((await new Browser(t).login(ADA, 'what-the-thief-chose')).status).toBe(401);
});

test('the address of the settings makes an administrator once it is verified, on a new session', async () => {
  await using t = await createTestAuth({ adminEmail: 'Ada@Example.com' });
  const ada = await registered(t, ADA);
  await registered(t, 'bob@example.com');
  expect((await ada.rest('GET', '/me')).body.user.role).toBe('user');

  await verify(ada, { token: (await mailAbout(t, /Verify/)).token });

  const ended = await ada.rest('GET', '/me');
  expect(ended.body.error).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'admin' } });
  expect((await (await loggedIn(t, ADA)).rest('GET', '/me')).body.user.role).toBe('admin');
  const bob = new Browser(t);
  await verify(bob, { token: (await mailAbout(t, /Verify/, 'bob@example.com')).token });
  expect((await bob.login('bob@example.com')).body.user.role).toBe('user');
  const updated = (await t.events()).find(({ type }) => type === 'user.updated');
  expect(updated).toMatchObject({ actor_id: null, data: { changed: ['role'] } });
});

test('changing to the address of the settings makes nobody an administrator', async () => {
  await using t = await createTestAuth({ adminEmail: COUNTESS });
  const ada = await registered(t, ADA);
  const { token } = await requestChange(t, ada);
  await verify(ada, { token });
  expect((await ada.rest('GET', '/me')).body.user).toMatchObject({ email: COUNTESS, role: 'user' });
});

test('a dump of all tables holds no token, no code and no password', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using t = await createTestAuth({ database });
  const ada = await registered(t, ADA);
  await post(new Browser(t), '/auth/forgot-password', { email: ADA });
  await mailAbout(t, /Choose a new/);
  const { token } = await requestChange(t, ada);
  await verify(ada, { token });
  await post(ada, '/auth/change-password', { currentPassword: PASSWORD, newPassword: 'amber-violet-anchor' });
  await mailAbout(t, /password was changed/, COUNTESS);

  const tables = await database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'auth'`,
  );
  expect(tables.length).toBeGreaterThan(5);
  let dump = JSON.stringify(t.log);
  for (const { name } of tables) {
    dump += JSON.stringify(await database.query(`select row_to_json(t)::text as row from auth."${name}" t`));
  }
  const secrets = t.mails.flatMap(({ token: link, code }) => [link, code, code.replace('-', '')]).filter(Boolean);
  expect(secrets.length).toBeGreaterThanOrEqual(9);
  for (const secret of [...secrets, PASSWORD, 'amber-violet-anchor', ada.token]) {
    expect(dump).not.toContain(secret);
    expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
  }
  // The dump shows what is stored: a hash of the token is there.
  expect(dump).toContain(createHash('sha256').update(token).digest('hex'));
});
