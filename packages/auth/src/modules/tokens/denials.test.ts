import { expect, inject, test } from 'vitest';
import { call, createTokenAuth, loggedInWithTokens, refresh, registeredWithTokens } from '../../../test/bearer.ts';
import { createTestAuth, createTestDatabase, type TestAuth } from '../../../test/create-test-auth.ts';
import { readEvents } from '../../../test/event-reader.ts';
import { tokensModule } from '../../index.ts';

const path = '/api/v1/auth/tokens/denials';
const TRUSTED = { trustedServices: ['127.0.0.0/8'] };

const listen = (t: TestAuth, bearerToken?: string) =>
  readEvents(t, { cookie: null }, { path, ...(bearerToken !== undefined && { bearerToken }) });

const sessionIdOf = async (t: TestAuth, token: string): Promise<string> =>
  (await call(t, 'GET /api/v1/me', { token })).body.session.id;

test('a service hears at once which sessions are denied, those from before it listened first', async () => {
  await using t = await createTokenAuth(TRUSTED);
  const early = await registeredWithTokens(t, 'ada@example.com');
  const late = await loggedInWithTokens(t, 'ada@example.com');
  const [earlyId, lateId] = [await sessionIdOf(t, early.accessToken), await sessionIdOf(t, late.accessToken)];
  await call(t, 'POST /api/v1/auth/logout', { token: early.accessToken });

  await using feed = await listen(t);
  expect(feed.headers.get('content-type')).toBe('text/event-stream');
  const snapshot = await feed.next();
  expect(snapshot?.data.items).toEqual([{ sessionId: earlyId, expiresAt: expect.any(String), issuedBefore: null }]);
  const lasts = Date.parse(snapshot?.data.items[0].expiresAt) - Date.now();
  expect(lasts).toBeGreaterThan(900_000);
  expect(lasts).toBeLessThan(961_000);

  await call(t, 'POST /api/v1/auth/logout', { token: late.accessToken });
  expect((await feed.next())?.data.items).toEqual([
    { sessionId: lateId, expiresAt: expect.any(String), issuedBefore: null },
  ]);
});

test('the feed begins with what is denied even when that is nothing', async () => {
  await using t = await createTokenAuth(TRUSTED);
  await using feed = await listen(t);
  expect((await feed.next())?.data).toEqual({ items: [], more: false });
});

test('what was denied on another instance is heard here, and is still there after a restart', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const start = () =>
    createTestAuth({
      ...TRUSTED,
      database,
      ports: { modules: [tokensModule({ encryptionKey: Buffer.alloc(32, 3) })] },
    });
  await using here = await start();
  const there = await start();
  const { accessToken: token } = await registeredWithTokens(there, 'ada@example.com');
  const sessionId = await sessionIdOf(there, token);
  await using feed = await listen(here);
  await feed.next();
  await call(there, 'POST /api/v1/auth/logout', { token });
  expect((await feed.next())?.data.items[0].sessionId).toBe(sessionId);
  await there[Symbol.asyncDispose]();

  await using again = await start();
  await using later = await listen(again);
  expect((await later.next())?.data.items[0].sessionId).toBe(sessionId);
});

test('strangers and users hear nothing, an administrator does', async () => {
  await using t = await createTokenAuth();
  const { accessToken } = await registeredWithTokens(t, 'ada@example.com');
  for (const [token, code] of [
    [undefined, 'UNAUTHENTICATED'],
    ['nonsense', 'UNAUTHENTICATED'],
    [accessToken, 'FORBIDDEN'],
  ]) {
    const refused = await call(t, `GET ${path}`, token === undefined ? {} : { token });
    expect(refused.body.error.code).toBe(code);
  }
  await t.makeAdmin('ada@example.com');
  await using feed = await listen(t, accessToken);
  expect((await feed.next())?.data).toEqual({ items: [], more: false });
});

test('a session that never had tokens, or whose tokens have expired, is denied nowhere', async () => {
  await using t = await createTokenAuth(TRUSTED);
  const tokens = await registeredWithTokens(t, 'ada@example.com');
  await t.database.query(`update auth.refresh_token set access_expires_at = now() - interval '2 minutes'`);
  await call(t, 'POST /api/v1/auth/logout', { token: tokens.accessToken });
  expect(await t.database.query('select 1 from auth.invalidated_token')).toEqual([]);
});

test('what has expired is removed, more of it than fits into a batch, and the rest stays', async () => {
  await using t = await createTokenAuth();
  const { refreshToken } = await registeredWithTokens(t, 'ada@example.com');
  await t.database.query(
    `insert into auth.refresh_token (id, session_id, token_hash, expires_at, access_expires_at)
     select gen_random_uuid(), session_id, sha256(n::text::bytea), now() - interval '2 days', now() - interval '9 days'
     from auth.refresh_token, generate_series(1, 2500) n`,
  );
  await t.database.query(
    `insert into auth.invalidated_token (session_id, expires_at)
     select gen_random_uuid(), now() - interval '1 second' * (n - 1) - interval '1 minute' from generate_series(1, 2500) n`,
  );
  await t.auth.maintain();
  expect(await t.database.query('select 1 from auth.refresh_token')).toHaveLength(1);
  expect(await t.database.query('select 1 from auth.invalidated_token')).toEqual([]);
  expect((await refresh(t, refreshToken)).status).toBe(200);
});

test('a long list comes in pages, read one after the other, and a reader who leaves in between is not waited for', async () => {
  await using t = await createTokenAuth(TRUSTED);
  await t.database.query(
    `insert into auth.invalidated_token (session_id, expires_at)
     select gen_random_uuid(), now() + interval '10 minutes' from generate_series(1, 2500) n`,
  );
  const impatient = await listen(t);
  await impatient.next();
  await impatient[Symbol.asyncDispose]();
  await using feed = await listen(t);
  const heard = new Set<string>();
  for (let more = true; more; ) {
    const { data } = (await feed.next()) ?? {};
    for (const { sessionId } of data.items) heard.add(sessionId);
    more = data.more;
  }
  expect(heard.size).toBe(2500);
});

test('a feed whose channel is lost ends, so that nobody believes that nothing happens', async () => {
  await using t = await createTokenAuth(TRUSTED);
  await using feed = await listen(t);
  await feed.next();
  await t.database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey-denials'`,
  );
  expect(await feed.next()).toMatchObject({ event: 'ended', data: { error: { code: 'UNAVAILABLE' } } });
  await using again = await listen(t);
  expect((await again.next())?.event).toBe('change');
});
