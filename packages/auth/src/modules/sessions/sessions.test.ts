import { expect, test } from 'vitest';
import { Browser, loggedIn, registered, SAFARI } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';

const UNKNOWN_ID = '019a9f3e-0000-7000-8000-000000000000';

test('lists every device, and says which one asks', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  await loggedIn(t, 'ada@example.com', SAFARI);

  const { body } = await laptop.rest('GET', '/auth/sessions');

  expect(body.nextCursor).toBeNull();
  expect(body.items).toMatchObject([
    { current: false, device: { label: 'Safari on iOS', kind: 'mobile' }, ipAddress: '127.0.0.1' },
    { current: true, device: { label: 'Firefox on Windows', kind: 'desktop' }, ipAddress: '127.0.0.1' },
  ]);
});

test('never lists the sessions of others, nor those that ended', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await registered(t, 'bob@example.com');
  const phone = await loggedIn(t, 'ada@example.com', SAFARI);
  await phone.rest('POST', '/auth/logout');

  const { body } = await ada.rest('GET', '/auth/sessions');

  expect(body.items).toHaveLength(1);
});

test('walks through many sessions page by page, each of them once', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  const ada = await registered(t, 'ada@example.com');
  for (let count = 0; count < 6; count += 1) await loggedIn(t, 'ada@example.com');

  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await ada.rest('GET', `/auth/sessions?limit=3${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
  }

  expect(seen).toHaveLength(7);
  expect(new Set(seen).size).toBe(7);
});

test.each([
  'limit=0',
  'limit=101',
  'limit=2.5',
  'limit=x',
  'limit=1&limit=2',
  'cursor=nonsense',
  'cursor=%00',
  'color=red',
])('refuses the list with %s', async (search) => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const { status, body } = await ada.rest('GET', `/auth/sessions?${search}`);
  expect([status, body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
});

test('revokes another device, which is told so at its next call', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com', SAFARI);
  const { id } = (await phone.rest('GET', '/auth/session')).body;

  const revoked = await laptop.rest('DELETE', `/auth/sessions/${id}`);
  const next = await phone.rest('GET', '/me');

  expect(revoked.status).toBe(204);
  expect(next.status).toBe(401);
  expect(next.body.error).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'revoked' } });
  expect((await t.events()).at(-1)).toMatchObject({
    type: 'session.revoked',
    session_id: id,
    data: { reason: 'revoked' },
  });
});

test('revoking the session that asks logs out and clears the cookie', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  const { id } = (await laptop.rest('GET', '/auth/session')).body;

  const { status } = await laptop.rest('DELETE', `/auth/sessions/${id}`);

  expect(status).toBe(204);
  expect(laptop.cookie).toBeNull();
});

test("does not tell another's session from an unknown one, and leaves it alone", async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const eve = await registered(t, 'eve@example.com');
  const { id } = (await ada.rest('GET', '/auth/session')).body;

  const foreign = await eve.rest('DELETE', `/auth/sessions/${id}`);
  const unknown = await eve.rest('DELETE', `/auth/sessions/${UNKNOWN_ID}`);

  expect([foreign.status, foreign.body.error.code]).toEqual([404, 'SESSION_NOT_FOUND']);
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'SESSION_NOT_FOUND']);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
});

test('a session is revoked once; 20 who try at the same time leave one event', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');
  const { id } = (await phone.rest('GET', '/auth/session')).body;

  const answers = await Promise.all(Array.from({ length: 20 }, () => laptop.rest('DELETE', `/auth/sessions/${id}`)));

  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(19);
  expect((await t.events()).filter(({ type }) => type === 'session.revoked')).toHaveLength(1);
});

test('ends all other sessions and keeps the one that asks', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  const others = [await loggedIn(t, 'ada@example.com'), await loggedIn(t, 'ada@example.com')];

  const { status, body } = await laptop.rest('DELETE', '/auth/sessions/all');

  expect([status, body]).toEqual([200, { revoked: 2 }]);
  expect((await laptop.rest('GET', '/me')).status).toBe(200);
  for (const other of others)
    expect((await other.rest('GET', '/me')).body.error.details).toEqual({ reason: 'revoked' });
});

test('a session that is not used ends after the idle timeout and its minute of grace', async () => {
  await using t = await createTestAuth({ session: { idleTimeoutMinutes: 30 } });
  const ada = await registered(t, 'ada@example.com');
  await t.ageSessions(29);
  expect((await ada.rest('GET', '/auth/session')).status).toBe(200);
  await t.ageSessions(3);

  const { status, body } = await ada.rest('GET', '/me');

  expect(status).toBe(401);
  expect(body.error).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'idle' } });
});

test('a session ends after its lifetime, however much it is used', async () => {
  await using t = await createTestAuth({ session: { lifetimeHours: 1, idleTimeoutMinutes: 600 } });
  const ada = await registered(t, 'ada@example.com');
  await t.ageSessions(60);

  const { body } = await ada.rest('GET', '/me');

  expect(body.error).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'expired' } });
});

test('every call but the question for the time left puts off the idle timeout', async () => {
  await using t = await createTestAuth({ session: { idleTimeoutMinutes: 30 } });
  const ada = await registered(t, 'ada@example.com');
  const lastActiveAt = async () => {
    await t.auth.flush();
    const [row] = await t.database.query<{ last_active_at: Date }>('select last_active_at from auth.session');
    return row?.last_active_at.getTime() ?? 0;
  };
  await t.ageSessions(20);
  const before = await lastActiveAt();

  const { body } = await ada.rest('GET', '/auth/session');
  expect(await lastActiveAt()).toBe(before);
  expect(body.idleSecondsLeft).toBeLessThanOrEqual(10 * 60);

  expect((await ada.rest('POST', '/auth/activity')).status).toBe(204);
  // Known before it is written.
  expect((await ada.rest('GET', '/auth/session')).body.idleSecondsLeft).toBeGreaterThan(29 * 60);
  expect(await lastActiveAt()).toBeGreaterThan(before);
});

test('a session check writes nothing', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const version = () => t.database.query('select xmin::text, last_active_at from auth.session');
  const before = await version();

  for (let count = 0; count < 20; count += 1) await ada.rest('GET', '/me');

  expect(await version()).toEqual(before);
});

test('beyond the maximum the oldest session gives way and is told why', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 2 } });
  const oldest = await registered(t, 'ada@example.com');
  const middle = await loggedIn(t, 'ada@example.com');
  const newest = await loggedIn(t, 'ada@example.com');

  expect((await oldest.rest('GET', '/me')).body.error.details).toEqual({ reason: 'evicted' });
  expect((await middle.rest('GET', '/me')).status).toBe(200);
  expect((await newest.rest('GET', '/me')).status).toBe(200);
});

test('20 logins racing for the last slot leave exactly the maximum', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 3 } });
  await registered(t, 'ada@example.com');
  await loggedIn(t, 'ada@example.com');

  const racers = Array.from({ length: 20 }, () => new Browser(t));
  const answers = await Promise.all(racers.map((racer) => racer.login('ada@example.com')));
  const alive = await Promise.all(racers.map((racer) => racer.rest('GET', '/me')));

  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(alive.filter(({ status }) => status === 200)).toHaveLength(3);
});

test('stores the hash of a token, and shows neither of them to anybody', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const answers = [
    await ada.rest('GET', '/me'),
    await ada.rest('GET', '/auth/sessions'),
    await ada.query('sessions.current'),
  ];
  const [{ dump, hash } = { dump: '', hash: '' }] = await t.database.query<{ dump: string; hash: string }>(
    `select (select json_agg(s)::text from auth.session s) || (select json_agg(e)::text from auth.event e) as dump,
            (select encode(token_hash, 'hex') from auth.session) as hash`,
  );

  expect(hash).toHaveLength(64);
  expect(dump).not.toContain(ada.token);
  for (const { text } of answers) {
    expect(text).not.toContain(ada.token);
    expect(text).not.toContain(hash);
  }
  expect(JSON.stringify(t.log)).not.toContain(ada.token);
});

test("instances that write the same activity do not get in each other's way, nor in that of a revocation", async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  await using other = await createTestAuth({ session: { maxPerUser: 0 }, database: t.database });
  const ada = await registered(t, 'ada@example.com');
  const devices = await Promise.all(Array.from({ length: 20 }, () => loggedIn(t, 'ada@example.com')));
  await t.ageSessions(10);
  for (const device of devices) await device.rest('GET', '/me');
  const elsewhere = devices.toReversed().map((device) => Object.assign(new Browser(other), { cookie: device.cookie }));
  for (const device of elsewhere) await device.rest('GET', '/me');

  const [, , revoked] = await Promise.all([
    t.auth.flush(),
    other.auth.flush(),
    ada.rest('DELETE', '/auth/sessions/all'),
  ]);

  expect(revoked.body).toEqual({ revoked: 20 });
  expect([...t.log, ...other.log].filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});

test('a session is written no more often than its interval asks', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const version = () => t.database.query('select xmin::text from auth.session');
  const before = await version();
  for (let count = 0; count < 3; count += 1) {
    await ada.rest('GET', '/me');
    await t.auth.flush();
  }
  expect(await version()).toEqual(before);
});

test('two devices that end each other at the same time: one of them stays', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');

  await Promise.all([laptop.rest('DELETE', '/auth/sessions/all'), phone.rest('DELETE', '/auth/sessions/all')]);

  const alive = [await laptop.rest('GET', '/me'), await phone.rest('GET', '/me')].filter(
    ({ status }) => status === 200,
  );
  expect(alive).toHaveLength(1);
});
