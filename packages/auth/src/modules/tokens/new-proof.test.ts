import { expect, test } from 'vitest';
import { call, createTokenAuth, loggedInWithTokens, refresh, registeredWithTokens } from '../../../test/bearer.ts';
import { registered } from '../../../test/browser.ts';
import { PASSWORD, type TestAuth } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';

const PROOFS = [
  ['/auth/reauthenticate', { password: PASSWORD }],
  ['/auth/change-password', { currentPassword: PASSWORD, newPassword: 'amber-violet-anchor' }],
] as const;

const ORIGIN = { origin: 'http://localhost:4000' };

const longAgo = (t: TestAuth) =>
  t.database.query(`update auth.session set authenticated_at = authenticated_at - interval '1 hour'`);

/** Whatever of it holds, none of it may do what asks for a recent password. */
const expectNoRecent = async (t: TestAuth, { status, body }: { status: number; body: Record<string, string> }) => {
  expect([200, 401]).toContain(status);
  if (status === 401) return;
  const next = await refresh(t, body.refreshToken ?? '');
  expect(next.status).toBe(401);
  for (const token of [body.accessToken, next.body.accessToken]) {
    const exported = await call(t, 'GET /api/v1/me/export', { ...(token !== undefined && { token }) });
    expect(exported.status).toBe(401);
  }
};

/** Lets acts begin, in order, that all write an event, and none of them commit before the last one waits. */
const overlapping = async <T>(t: TestAuth, first: () => Promise<T>, second: () => Promise<{ status: number }>) => {
  const waiting = async (count: number) => {
    const held = () => t.database.query('select distinct pid from pg_locks where not granted');
    await eventually(async () => (await held()).length).toBe(count);
  };
  await t.database.query('begin');
  await t.database.query('lock table auth.event in share mode');
  const firstAnswer = first();
  await waiting(1);
  const secondAnswer = second();
  await waiting(2);
  await t.database.query('commit');
  return [await firstAnswer, await secondAnswer] as const;
};

test.each(PROOFS)('tokens that a stolen cookie asks for do not outrun %s', async (path, body) => {
  await using t = await createTokenAuth();
  const ada = await registered(t, 'ada@example.com');
  const headers = { cookie: ada.cookie ?? '', ...ORIGIN };
  await longAgo(t);
  const [stolen, proved] = await overlapping(
    t,
    () => call(t, 'POST /api/v1/auth/token', { headers, body: {} }),
    () => ada.rest('POST', path, { body }),
  );
  expect(proved.status).toBe(204);
  await expectNoRecent(t, stolen);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
});

test.each(PROOFS)('a stolen refresh token does not outrun %s', async (path, body) => {
  await using t = await createTokenAuth();
  const ada = await registered(t, 'ada@example.com');
  const headers = { cookie: ada.cookie ?? '', ...ORIGIN };
  const thief = (await call(t, 'POST /api/v1/auth/token', { headers, body: {} })).body;
  await longAgo(t);
  const [stolen, proved] = await overlapping(
    t,
    () => refresh(t, thief.refreshToken),
    () => ada.rest('POST', path, { body }),
  );
  expect(proved.status).toBe(204);
  await expectNoRecent(t, stolen);
});

test.each(PROOFS)('an issue that waited for %s does not find the cookie any more', async (path, body) => {
  await using t = await createTokenAuth();
  const ada = await registered(t, 'ada@example.com');
  const headers = { cookie: ada.cookie ?? '', ...ORIGIN };
  const [proved, stolen] = await overlapping(
    t,
    () => ada.rest('POST', path, { body }),
    () => call(t, 'POST /api/v1/auth/token', { headers, body: {} }),
  );
  expect(proved.status).toBe(204);
  expect(stolen.status).toBe(401);
});

test.each(PROOFS)(
  'after %s by a bearer token a copied cookie is dead, and so are tokens made by it',
  async (path, body) => {
    await using t = await createTokenAuth();
    const ada = await registered(t, 'ada@example.com');
    const headers = { cookie: ada.cookie ?? '', ...ORIGIN };
    const own = (await ada.rest('POST', '/auth/token', { body: {} })).body;
    const thief = (await call(t, 'POST /api/v1/auth/token', { headers, body: {} })).body;
    await longAgo(t);
    const { body: fresh } = await refresh(t, own.refreshToken);
    expect((await call(t, `POST /api/v1${path}`, { token: fresh.accessToken, body })).status).toBe(204);
    expect((await call(t, 'GET /api/v1/me', { headers })).status).toBe(401);
    for (const refreshToken of [thief.refreshToken, fresh.refreshToken])
      expect((await refresh(t, refreshToken)).status).toBe(401);
  },
);

test.each(PROOFS)('after %s by a bearer token the only refresh token there is goes on', async (path, body) => {
  await using t = await createTokenAuth();
  await registeredWithTokens(t, 'ada@example.com');
  const { refreshToken } = await loggedInWithTokens(t, 'ada@example.com');
  await longAgo(t);
  const early = await refresh(t, refreshToken);
  expect((await call(t, `POST /api/v1${path}`, { token: early.body.accessToken, body })).status).toBe(204);
  const { body: kept } = await refresh(t, early.body.refreshToken);
  expect((await call(t, 'GET /api/v1/me/export', { token: kept.accessToken })).status).toBe(200);
});
