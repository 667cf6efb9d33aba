import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { call, createTokenAuth, loggedInWithTokens, refresh, registeredWithTokens } from '../../../test/bearer.ts';
import { Browser, registered } from '../../../test/browser.ts';
import { createTestAuth, PASSWORD } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';

test('credentials get a pair of tokens, which opens every door without a cookie', async () => {
  await using t = await createTokenAuth();
  const tokens = await registeredWithTokens(t, 'ada@example.com');
  expect(tokens).toEqual({
    accessToken: expect.any(String),
    refreshToken: expect.stringMatching(/^[\w-]{43}$/),
    tokenType: 'Bearer',
    expiresIn: 900,
    refreshExpiresIn: expect.toSatisfy((seconds: number) => seconds > 604_700 && seconds <= 604_800),
  });

  const token = tokens.accessToken;
  const rest = await call(t, 'GET /api/v1/me', { token });
  const trpc = await call(t, 'GET /trpc/auth.me', { token });
  const forward = await call(t, 'GET /api/v1/auth/forward', { token });
  const change = await call(t, 'PATCH /api/v1/me', { token, body: { name: 'Ada' } });
  expect(rest.body.user.email).toBe('ada@example.com');
  expect(trpc.body.result.data.user.email).toBe('ada@example.com');
  expect(forward.headers.get('x-auth-session')).toBe(rest.body.session.id);
  expect([forward.status, change.status, change.body.name]).toEqual([200, 200, 'Ada']);
});

test('an access token says what RFC 9068 asks for, under a key that anybody can look up', async () => {
  await using t = await createTokenAuth({}, { audience: 'shop' });
  const { accessToken } = await registeredWithTokens(t, 'ada@example.com');
  const { user, session } = (await call(t, 'GET /api/v1/me', { token: accessToken })).body;

  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', t.url));
  const { payload, protectedHeader } = await jwtVerify(accessToken, keys, {
    issuer: 'http://localhost:4000',
    audience: 'shop',
    typ: 'at+jwt',
  });
  expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
  expect(payload).toEqual({
    iss: 'http://localhost:4000',
    sub: user.id,
    aud: 'shop',
    client_id: 'shop',
    exp: (payload.iat ?? 0) + 900,
    iat: expect.any(Number),
    jti: expect.any(String),
    sid: session.id,
    auth_time: Math.floor(Date.parse(session.createdAt) / 1000),
    amr: ['pwd'],
    role: 'user',
  });
});

test.each(['RS256', 'ES256', 'EdDSA'] as const)('signs with %s where the settings say so', async (algorithm) => {
  await using t = await createTokenAuth({}, { algorithm });
  const { accessToken } = await registeredWithTokens(t, 'ada@example.com');
  const { keys } = (await call(t, 'GET /.well-known/jwks.json')).body;
  expect(keys).toEqual([expect.objectContaining({ alg: algorithm, use: 'sig' })]);
  expect(JSON.stringify(keys)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
  expect((await call(t, 'GET /api/v1/me', { token: accessToken })).status).toBe(200);
});

test('the tokens of a browser belong to its session, and the refresh token stays in a cookie that no script reads', async () => {
  await using t = await createTokenAuth();
  const browser = await registered(t, 'ada@example.com');
  const issued = await browser.rest('POST', '/auth/token', { body: { cookie: true } });
  expect(issued.status).toBe(200);
  expect(issued.body.refreshToken).toBeNull();
  const cookies = issued.get('set-cookie') ?? [];
  expect(cookies).toEqual([
    expect.stringMatching(
      /^latchkey_refresh=[\w-]{43}; Path=\/api\/v1\/auth\/refresh; HttpOnly; SameSite=Strict; Max-Age=6047\d\d$/,
    ),
    expect.stringMatching(
      /^latchkey_refresh=[\w-]{43}; Path=\/trpc\/tokens\.refresh; HttpOnly; SameSite=Strict; Max-Age=6047\d\d$/,
    ),
  ]);
  const cookie = cookies[0]?.split(';')[0] ?? '';

  const refused = await call(t, 'POST /api/v1/auth/refresh', { headers: { cookie } });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'ORIGIN_REFUSED']);
  const refreshed = await call(t, 'POST /trpc/tokens.refresh', {
    headers: { cookie, origin: 'http://localhost:4000', 'content-type': 'application/json' },
  });
  expect(refreshed.body.result.data).toMatchObject({ refreshToken: null, tokenType: 'Bearer' });
  expect(refreshed.headers.getSetCookie()).toHaveLength(2);

  const me = await call(t, 'GET /api/v1/me', { token: refreshed.body.result.data.accessToken });
  const sessions = (await call(t, 'GET /api/v1/auth/sessions', { token: issued.body.accessToken })).body.items;
  expect(sessions).toHaveLength(1);
  expect(me.body.session.id).toBe(sessions[0].id);
});

test('a session that was opened with tokens rests for as long as they hold, one of a browser does not', async () => {
  await using t = await createTokenAuth();
  const app = await registeredWithTokens(t, 'ada@example.com');
  const browser = new Browser(t);
  await browser.login('ada@example.com');
  const issued = (await browser.rest('POST', '/auth/token', { body: {} })).body;
  // What it was used for is not written down yet, and would be remembered.
  await t.auth.flush();
  await t.ageSessions(24 * 60);

  const ended = await refresh(t, issued.refreshToken);
  expect([ended.status, ended.body.error.details]).toEqual([401, { reason: 'idle' }]);
  expect((await refresh(t, app.refreshToken)).status).toBe(200);
  expect((await call(t, 'GET /api/v1/auth/sessions', { token: app.accessToken })).body.items).toHaveLength(1);
});

test('no token outlives its session', async () => {
  await using t = await createTokenAuth({ session: { lifetimeHours: 1 } });
  await registeredWithTokens(t, 'ada@example.com');
  await t.database.query(`update auth.session set expires_at = now() + interval '5 minutes'`);
  const browser = new Browser(t);
  await browser.login('ada@example.com');
  const { expiresIn, refreshExpiresIn } = await loggedInWithTokens(t, 'ada@example.com');
  expect([expiresIn, refreshExpiresIn > 3590 && refreshExpiresIn <= 3600]).toEqual([900, true]);
  await t.database.query(`update auth.session set expires_at = now() + interval '5 minutes'`);
  const issued = (await browser.rest('POST', '/auth/token', { body: {} })).body;
  expect([issued.expiresIn <= 300, issued.refreshExpiresIn <= 300]).toEqual([true, true]);
  expect(decodeJwt(issued.accessToken).exp).toBeLessThanOrEqual(Date.now() / 1000 + 300);
});

test('the limits of a login count here, too, and wrong credentials answer alike', async () => {
  await using t = await createTokenAuth({ rateLimitFactor: 1 });
  await registeredWithTokens(t, 'ada@example.com');
  const attempt = (email: string) =>
    call(t, 'POST /api/v1/auth/token', { body: { email, password: 'wrong-password' } });
  const [known, unknown] = [await attempt('ada@example.com'), await attempt('nobody@example.com')];
  expect([known.status, known.body.error.code, known.body.error.message]).toEqual([
    unknown.status,
    unknown.body.error.code,
    unknown.body.error.message,
  ]);
  expect(known.body.error.code).toBe('AUTH_INVALID');
  for (let count = 0; count < 9; count += 1) await attempt('ada@example.com');
  const locked = await call(t, 'POST /api/v1/auth/token', { body: { email: 'ada@example.com', password: PASSWORD } });
  expect([locked.status, locked.headers.has('retry-after')]).toEqual([429, true]);
});

test('a bearer token counts before a cookie, which the log notes, and leaves the cookie alone', async () => {
  await using t = await createTokenAuth();
  const { accessToken } = await registeredWithTokens(t, 'ada@example.com');
  const bob = await registered(t, 'bob@example.com');
  const both = { token: accessToken, headers: { cookie: bob.cookie ?? '' } };

  expect((await call(t, 'GET /api/v1/me', both)).body.user.email).toBe('ada@example.com');
  expect(t.log.filter(({ message }) => message.includes('bearer token and a cookie'))).toHaveLength(1);
  const wrong = await call(t, 'GET /api/v1/me', { ...both, token: 'nonsense' });
  expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);

  const loggedOut = await call(t, 'POST /api/v1/auth/logout', both);
  expect(loggedOut.status).toBe(204);
  expect(loggedOut.headers.getSetCookie().filter((line) => line.startsWith('latchkey_session'))).toEqual([]);
  expect((await bob.rest('GET', '/me')).status).toBe(200);
  expect((await call(t, 'GET /api/v1/me', both)).body.error.details).toEqual({ reason: 'logged_out' });
});

test('a bearer token changes a password without touching cookies, and can prove it to be recent', async () => {
  await using t = await createTokenAuth();
  const issued = await registeredWithTokens(t, 'ada@example.com');
  const other = await loggedInWithTokens(t, 'ada@example.com');
  await t.database.query(`update auth.session set authenticated_at = now() - interval '1 hour'`);
  const first = (await refresh(t, issued.refreshToken)).body;
  const early = { token: first.accessToken };
  expect((await call(t, 'GET /api/v1/me/export', early)).body.error.code).toBe('REAUTH_REQUIRED');
  const proved = await call(t, 'POST /api/v1/auth/reauthenticate', { ...early, body: { password: PASSWORD } });
  expect([proved.status, proved.headers.getSetCookie()]).toEqual([204, []]);
  // What was issued before says nothing about it: the next token does.
  expect((await call(t, 'GET /api/v1/me/export', { token: first.accessToken })).status).toBe(401);
  const next = (await refresh(t, first.refreshToken)).body;
  expect((await call(t, 'GET /api/v1/me/export', { token: next.accessToken })).status).toBe(200);

  const token = next.accessToken;
  const body = { currentPassword: PASSWORD, newPassword: 'amber-violet-anchor' };
  const changed = await call(t, 'POST /api/v1/auth/change-password', { token, body });
  expect([changed.status, changed.headers.getSetCookie()]).toEqual([204, []]);
  const kept = await refresh(t, next.refreshToken);
  expect((await call(t, 'GET /api/v1/me', { token: kept.body.accessToken })).status).toBe(200);
  const refused = await refresh(t, other.refreshToken);
  expect([refused.status, refused.body.error.details]).toEqual([401, { reason: 'password_changed' }]);
});

test('validate tells whether a token holds at this moment', async () => {
  await using t = await createTokenAuth();
  const { accessToken, refreshToken } = await registeredWithTokens(t, 'ada@example.com');
  const validate = async (token: string) => (await call(t, 'POST /api/v1/auth/validate', { body: { token } })).body;

  expect(await validate(accessToken)).toEqual({ active: true, claims: decodeJwt(accessToken) });
  expect(await validate(refreshToken)).toEqual({ active: false });
  expect(await validate('nonsense')).toEqual({ active: false });
  await call(t, 'POST /api/v1/auth/logout', { token: accessToken });
  expect(await validate(accessToken)).toEqual({ active: false });
});

test('without the module there are no tokens, and what is behind Authorization is left alone', async () => {
  await using t = await createTestAuth();
  const browser = await registered(t, 'ada@example.com');
  expect((await browser.rest('POST', '/auth/token', { body: {} })).status).toBe(404);
  expect((await call(t, 'GET /.well-known/jwks.json')).status).toBe(404);
  const headers = { authorization: 'Bearer meant-for-somebody-else' };
  expect((await browser.rest('GET', '/me', { headers })).status).toBe(200);
});

test('whoever made tokens with a stolen cookie loses them when the password is proved anew, and they never get recent', async () => {
  await using t = await createTokenAuth();
  const ada = await registered(t, 'ada@example.com');
  const stolen = { headers: { cookie: ada.cookie ?? '', origin: 'http://localhost:4000' } };
  const steal = async () => (await call(t, 'POST /api/v1/auth/token', { ...stolen, body: {} })).body;
  for (const [path, body] of [
    ['/auth/reauthenticate', { password: PASSWORD }],
    ['/auth/change-password', { currentPassword: PASSWORD, newPassword: 'amber-violet-anchor' }],
  ] as const) {
    stolen.headers.cookie = ada.cookie ?? '';
    await t.database.query(`update auth.session set authenticated_at = authenticated_at - interval '1 hour'`);
    const thief = await steal();
    const sooner = await refresh(t, thief.refreshToken);
    expect((await ada.rest('POST', path, { body })).status).toBe(204);
    for (const token of [thief.accessToken, sooner.body.accessToken])
      expect((await call(t, 'GET /api/v1/me', { token })).status).toBe(401);
    expect((await refresh(t, sooner.body.refreshToken)).status).toBe(401);
    expect((await call(t, 'POST /api/v1/auth/token', { ...stolen, body: {} })).status).toBe(401);
    expect((await ada.rest('GET', '/me')).status).toBe(200);
    const [denied] = await t.database.query<{ issued_before: Date | null }>(
      'select issued_before from auth.invalidated_token',
    );
    expect(denied?.issued_before).not.toBeNull();
  }
});

test('a token begets no further tokens', async () => {
  await using t = await createTokenAuth();
  const { accessToken: token } = await registeredWithTokens(t, 'ada@example.com');
  const refused = await call(t, 'POST /api/v1/auth/token', { token, body: {} });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN']);
});

test('a revocation that overtakes the issue of tokens lets none of them out', async () => {
  await using t = await createTokenAuth();
  const [ada, other] = [await registered(t, 'ada@example.com'), new Browser(t)];
  const sessionId = (await ada.rest('GET', '/me')).body.session.id;
  await other.login('ada@example.com');
  // The issue waits for this lock, after the session was looked at.
  await t.database.query('begin');
  await t.database.query('lock table auth.refresh_token in share mode');
  const issuing = ada.rest('POST', '/auth/token', { body: {} });
  const waiting = () =>
    t.database.query(`select 1 from pg_locks where not granted and relation = 'auth.refresh_token'::regclass`);
  await eventually(async () => (await waiting()).length).toBe(1);
  expect((await other.rest('DELETE', `/auth/sessions/${sessionId}`)).status).toBe(204);
  await t.database.query('commit');
  const issued = await issuing;
  expect([issued.status, issued.body.error?.code]).toEqual([
    401,
    expect.stringMatching(/^(SESSION_ENDED|UNAUTHENTICATED)$/),
  ]);
});
