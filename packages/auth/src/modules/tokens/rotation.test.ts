import { expect, inject, test } from 'vitest';
import { call, createTokenAuth, loggedInWithTokens, refresh, registeredWithTokens } from '../../../test/bearer.ts';
import { createTestAuth, createTestDatabase, PASSWORD, type TestAuth } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';
import { tokensModule } from '../../index.ts';

/** The rounds that were asked for; fewer by default, as each is a crowd. */
const ROUNDS = Number(process.env.LATCHKEY_REFRESH_ROUNDS ?? 20);
const CROWD = 50;

const eventsOf = async (t: TestAuth, type: string) => (await t.events()).filter((event) => event.type === type);

/** Makes refresh tokens be superseded earlier than they were. */
const age = (t: TestAuth, seconds: number) =>
  t.database.query('update auth.refresh_token set superseded_at = superseded_at - make_interval(secs => $1)', [
    seconds,
  ]);

test(`${CROWD} clients that refresh the same token at once get one successor, and nobody is logged out`, async () => {
  await using t = await createTokenAuth();
  let { refreshToken } = await registeredWithTokens(t, 'ada@example.com');
  for (let round = 0; round < ROUNDS; round += 1) {
    const answers = await Promise.all(Array.from({ length: CROWD }, () => refresh(t, refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array(CROWD).fill(200));
    const successors = new Set(answers.map(({ body }) => body.refreshToken));
    expect(successors.size).toBe(1);
    for (const { body } of answers.slice(0, 2))
      expect((await call(t, 'GET /api/v1/me', { token: body.accessToken })).status).toBe(200);
    refreshToken = answers[0]?.body.refreshToken;
  }
  expect(await eventsOf(t, 'token.refreshed')).toHaveLength(ROUNDS);
  expect(await eventsOf(t, 'token.reuse_detected')).toEqual([]);
});

test('a second use within ten seconds of the first gets the same successor, however often it is asked', async () => {
  await using t = await createTokenAuth();
  const { refreshToken } = await registeredWithTokens(t, 'ada@example.com');
  const first = await refresh(t, refreshToken);
  await age(t, 6);
  const second = await refresh(t, refreshToken);
  expect(second.body.refreshToken).toBe(first.body.refreshToken);
  // The window is that of the first use: asking again does not put it off.
  await age(t, 6);
  const third = await refresh(t, refreshToken);
  expect([third.status, third.body.error.details]).toEqual([401, { reason: 'reuse_detected' }]);
});

test('who comes late is told the one that holds now, where its successor was used meanwhile', async () => {
  await using t = await createTokenAuth();
  const { refreshToken } = await registeredWithTokens(t, 'ada@example.com');
  const second = await refresh(t, refreshToken);
  const third = await refresh(t, second.body.refreshToken);
  const late = await refresh(t, refreshToken);
  expect(late.body.refreshToken).toBe(third.body.refreshToken);
});

test('a use an hour later ends the family and its session: one event, one mail, whoever else tries at once', async () => {
  await using t = await createTokenAuth();
  const stolen = await registeredWithTokens(t, 'ada@example.com');
  const bystander = await loggedInWithTokens(t, 'ada@example.com');
  const owner = await refresh(t, stolen.refreshToken);
  await age(t, 3600);

  const thieves = await Promise.all(Array.from({ length: 20 }, () => refresh(t, stolen.refreshToken)));
  for (const { status, body } of thieves)
    expect([status, body.error.details]).toEqual([401, { reason: 'reuse_detected' }]);
  for (const token of [stolen.accessToken, owner.body.accessToken]) {
    const refused = await call(t, 'GET /api/v1/me', { token });
    expect([refused.status, refused.body.error.details]).toEqual([401, { reason: 'reuse_detected' }]);
  }
  const next = await refresh(t, owner.body.refreshToken);
  expect([next.status, next.body.error.details]).toEqual([401, { reason: 'reuse_detected' }]);

  expect(await eventsOf(t, 'token.reuse_detected')).toEqual([expect.objectContaining({ actor_id: null })]);
  const notices = () => t.mails.filter(({ subject }) => subject.startsWith('A session was ended'));
  await eventually(() => notices().length).toBe(1);
  expect((await call(t, 'GET /api/v1/me', { token: bystander.accessToken })).status).toBe(200);
});

test('a token that was used before its session ended tells how that ended, and is no theft', async () => {
  await using t = await createTokenAuth();
  const tokens = await registeredWithTokens(t, 'ada@example.com');
  const { accessToken } = (await refresh(t, tokens.refreshToken)).body;
  await call(t, 'POST /api/v1/auth/logout', { token: accessToken });
  await age(t, 3600);
  expect((await refresh(t, tokens.refreshToken)).body.error.details).toEqual({ reason: 'logged_out' });
  expect(await eventsOf(t, 'token.reuse_detected')).toEqual([]);
});

test('a token that was left until it expired says so; one that never was says nothing', async () => {
  await using t = await createTokenAuth();
  const { refreshToken } = await registeredWithTokens(t, 'ada@example.com');
  await t.database.query(`update auth.refresh_token set expires_at = now() - interval '1 second'`);
  const expired = await refresh(t, refreshToken);
  expect([expired.status, expired.body.error.code, expired.body.error.details]).toEqual([
    401,
    'SESSION_ENDED',
    { reason: 'expired' },
  ]);
  for (const token of ['', 'x', refreshToken.slice(1), `${refreshToken}x`, 'A'.repeat(43), 'A'.repeat(8000)]) {
    const unknown = await refresh(t, token);
    expect([unknown.status, unknown.body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
  }
});

test('another instance, after a restart, repeats the successor that was lost on its way', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const encryptionKey = Buffer.alloc(32, 7);
  const start = () => createTestAuth({ database, ports: { modules: [tokensModule({ encryptionKey })] } });
  const first = await start();
  const { refreshToken } = await registeredWithTokens(first, 'ada@example.com');
  const lost = await refresh(first, refreshToken);
  await first[Symbol.asyncDispose]();

  await using second = await start();
  const repeated = await refresh(second, refreshToken);
  expect(repeated.body.refreshToken).toBe(lost.body.refreshToken);
  expect((await call(second, 'GET /api/v1/me', { token: lost.body.accessToken })).status).toBe(200);
});

test('after a revocation has answered no token of the session is accepted, however refreshes raced with it', async () => {
  await using t = await createTokenAuth({ session: { maxPerUser: 0 } });
  const owner = await registeredWithTokens(t, 'ada@example.com');
  for (let round = 0; round < ROUNDS; round += 1) {
    const { accessToken, refreshToken } = await loggedInWithTokens(t, 'ada@example.com');
    const sessionId = (await call(t, 'GET /api/v1/me', { token: accessToken })).body.session.id;
    const racing = Array.from({ length: 5 }, () => refresh(t, refreshToken));
    const revoked = call(t, `DELETE /api/v1/auth/sessions/${sessionId}`, { token: owner.accessToken });
    expect((await revoked).status).toBe(204);
    const afterwards = await call(t, 'GET /api/v1/me', { token: accessToken });
    expect([afterwards.status, afterwards.body.error.details]).toEqual([401, { reason: 'revoked' }]);
    for (const { status, body } of await Promise.all(racing)) {
      expect([200, 401]).toContain(status);
      if (status === 401) continue;
      expect((await call(t, 'GET /api/v1/me', { token: body.accessToken })).status).toBe(401);
      expect((await refresh(t, body.refreshToken)).status).toBe(401);
    }
    const [denied] = await t.database.query<{ held: boolean }>(
      `select i.expires_at > (select max(access_expires_at) from auth.refresh_token where session_id = $1) as held
       from auth.invalidated_token i where session_id = $1`,
      [sessionId],
    );
    expect(denied?.held).toBe(true);
  }
});

test('whatever ends sessions puts their access tokens on the deny list, and spares the others', async () => {
  await using t = await createTokenAuth({ session: { maxPerUser: 0 } });
  const admin = await registeredWithTokens(t, 'root@example.com');
  await t.makeAdmin('root@example.com');
  const sessionOf = async (token: string) => (await call(t, 'GET /api/v1/me', { token })).body;
  const denied = async () =>
    (
      await t.database.query<{ session_id: string }>(
        'select session_id from auth.invalidated_token where issued_before is null',
      )
    ).map(({ session_id }) => session_id);

  const keeper = await registeredWithTokens(t, 'ada@example.com');
  const other = await loggedInWithTokens(t, 'ada@example.com');
  const { session: kept, user } = await sessionOf(keeper.accessToken);
  const { session: ended } = await sessionOf(other.accessToken);
  await call(t, 'DELETE /api/v1/auth/sessions/all', { token: keeper.accessToken });
  expect(await denied()).toEqual([ended.id]);

  const idle = await loggedInWithTokens(t, 'ada@example.com');
  const { session: resting } = await sessionOf(idle.accessToken);
  await t.auth.flush();
  // It looks as if it had ended by itself; its access token, elsewhere, does not know.
  await t.database.query(`update auth.session set last_active_at = now() - interval '30 days' where id = $1`, [
    resting.id,
  ]);
  await call(t, 'POST /api/v1/auth/change-password', {
    token: keeper.accessToken,
    body: { currentPassword: PASSWORD, newPassword: 'amber-violet-anchor' },
  });
  expect(new Set(await denied())).toEqual(new Set([ended.id, resting.id]));

  await call(t, `POST /api/v1/admin/users/${user.id}/ban`, { token: admin.accessToken, body: { reason: 'Spam' } });
  expect(new Set(await denied())).toEqual(new Set([ended.id, resting.id, kept.id]));
});
