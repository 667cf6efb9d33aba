import { expect, test } from 'vitest';
import { Browser, loggedIn, registered, SAFARI } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';
import { createDatabaseProxy } from '../../../test/database-proxy.ts';
import { readEvents } from '../../../test/event-reader.ts';

const TRPC = '/trpc/sessions.changes';

test('tells the other devices of a login and of a revocation, on whichever instance they are', async () => {
  await using t = await createTestAuth();
  await using other = await createTestAuth({ database: t.database });
  const laptop = await registered(t, 'ada@example.com');
  await using stream = await readEvents(other, laptop);

  const phone = await loggedIn(t, 'ada@example.com', SAFARI);
  const { id } = (await phone.rest('GET', '/auth/session')).body;
  const opened = await stream.next();
  expect((await laptop.rest('DELETE', `/auth/sessions/${id}`)).status).toBe(204);
  const ended = await stream.next();

  expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(opened).toMatchObject({ event: 'change', data: { type: 'session.created', sessionId: id, reason: null } });
  expect(ended).toMatchObject({ event: 'change', data: { type: 'session.revoked', sessionId: id, reason: 'revoked' } });
  const [event] = (await t.events()).filter(({ type }) => type === 'session.revoked');
  expect(event).toMatchObject({ id: ended?.id, session_id: id });
});

test.each([
  ['REST', '/api/v1/auth/sessions/changes', 'ended', (data: { error: object }) => data.error],
  ['tRPC', TRPC, 'serialized-error', (data: { data: object }) => data.data],
] as const)('the stream of an ended session ends with the reason, over %s', async (_door, path, event, errorOf) => {
  await using t = await createTestAuth();
  await using other = await createTestAuth({ database: t.database });
  const laptop = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com', SAFARI);
  await using stream = await readEvents(other, phone, { path });
  if (path === TRPC) expect(await stream.next()).toMatchObject({ event: 'connected' });
  await laptop.rest('DELETE', '/auth/sessions/all');

  const last = await stream.next();
  expect(last?.event).toBe(event);
  expect(errorOf(last?.data)).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'revoked' } });
  expect(await stream.next()).toBeNull();
});

test('the tRPC stream carries the same changes, with their ids', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  await using stream = await readEvents(t, laptop, { path: TRPC });
  await stream.next();
  await loggedIn(t, 'ada@example.com');
  expect(await stream.next()).toMatchObject({ event: 'message', id: expect.any(String), data: { reason: null } });
});

test('never tells of the sessions of others', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await using stream = await readEvents(t, ada);
  const bob = await registered(t, 'bob@example.com');
  await bob.rest('POST', '/auth/logout');
  const { id } = (await (await loggedIn(t, 'ada@example.com')).rest('GET', '/auth/session')).body;
  expect(await stream.next()).toMatchObject({ data: { type: 'session.created', sessionId: id } });
});

test('whoever comes back is told what was missed, and nothing of others', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  const first = await readEvents(t, laptop);
  const phone = await loggedIn(t, 'ada@example.com', SAFARI);
  const seen = await first.next();
  await first[Symbol.asyncDispose]();

  await registered(t, 'eve@example.com');
  await phone.rest('POST', '/auth/logout');
  const tablet = await loggedIn(t, 'ada@example.com');
  const { id: newest } = (await tablet.rest('GET', '/auth/session')).body;
  await using second = await readEvents(t, laptop, { lastEventId: seen?.id ?? '' });
  const missed = [await second.next()];
  while (missed.at(-1)?.data.sessionId !== newest) missed.push(await second.next());

  expect(missed.map((change) => change?.id)).not.toContain(seen?.id);
  expect(missed.at(-2)).toMatchObject({ data: { type: 'session.revoked', reason: 'logged_out' } });
  const owners = await t.database.query<{ email: string }>(
    `select distinct u.email from auth.event e join auth."user" u on u.id = e.user_id where e.id = any($1::uuid[])`,
    [missed.map((change) => change?.id)],
  );
  expect(owners).toEqual([{ email: 'ada@example.com' }]);
});

test("another's change is no place to come back to", async () => {
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');
  const [foreign] = await t.database.query<{ id: string }>(`select id from auth.event where type = 'session.created'`);
  const eve = await registered(t, 'eve@example.com');
  await using stream = await readEvents(t, eve, { lastEventId: foreign?.id ?? '' });
  const { id } = (await eve.rest('GET', '/auth/session')).body;
  expect(await stream.next()).toMatchObject({ data: { sessionId: id } });
  const phone = await loggedIn(t, 'eve@example.com');
  const { id: next } = (await phone.rest('GET', '/auth/session')).body;
  expect(await stream.next()).toMatchObject({ data: { sessionId: next } });
});

test('refuses whoever has no session, an id that is none, and HEAD', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const nobody = await new Browser(t).rest('GET', '/auth/sessions/changes');
  const odd = await ada.rest('GET', '/auth/sessions/changes', { headers: { 'last-event-id': "1' or '1'='1" } });
  const head = await fetch(`${t.url}/api/v1/auth/sessions/changes`, { method: 'HEAD' });
  expect([nobody.status, nobody.body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
  expect([odd.status, odd.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect(head.status).toBe(405);

  await using stream = await readEvents(t, new Browser(t), { path: TRPC });
  await stream.next();
  expect(await stream.next()).toMatchObject({ event: 'serialized-error', data: { data: { code: 'UNAUTHENTICATED' } } });
  expect(await stream.next()).toBeNull();
});

test('an open stream is no activity, and ends with the idle timeout of its session', async () => {
  await using t = await createTestAuth({ session: { idleTimeoutMinutes: 30 } });
  const ada = await registered(t, 'ada@example.com');
  // A second is left of the timeout and its minute of grace.
  await t.database.query(
    `update auth.session set last_active_at = now() - interval '30 minutes 59 seconds', created_at = now() - interval '1 hour'`,
  );
  await using stream = await readEvents(t, ada);
  expect(await stream.next()).toMatchObject({
    event: 'ended',
    data: { error: { code: 'SESSION_ENDED', details: { reason: 'idle' } } },
  });
});

test('a session has a bounded number of streams', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const streams = await Promise.all(Array.from({ length: 20 }, () => readEvents(t, ada)));
  const refused = await ada.rest('GET', '/auth/sessions/changes');
  expect([refused.status, refused.body.error.code, refused.headers['retry-after']]).toEqual([
    429,
    'RATE_LIMITED',
    '10',
  ]);
  expect(streams.map(({ status }) => status)).toEqual(new Array(20).fill(200));
  for (const stream of streams) await stream[Symbol.asyncDispose]();
});

test('when the channel was down, streams look again once it is back', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  await using proxy = await createDatabaseProxy(t.database.url);
  await using cutOff = await createTestAuth({
    database: { ...t.database, url: proxy.url },
    session: { maxPerUser: 0 },
  });
  const laptop = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com', SAFARI);
  await using stays = await readEvents(cutOff, laptop);
  await using ends = await readEvents(cutOff, phone);

  proxy.cut();
  const { id } = (await phone.rest('GET', '/auth/session')).body;
  await laptop.rest('DELETE', `/auth/sessions/${id}`);
  proxy.restore();

  expect(await ends.next()).toMatchObject({ event: 'ended', data: { error: { details: { reason: 'revoked' } } } });
  const seen = [];
  for (let change = await stays.next(); change !== null; change = await stays.next()) {
    seen.push(change.data);
    if (change.data.type === 'session.revoked') break;
  }
  expect(seen.at(-1)).toMatchObject({ type: 'session.revoked', sessionId: id });
});

test('while the channel is down, a stream is refused and not left silent', async () => {
  await using t = await createTestAuth();
  await using proxy = await createDatabaseProxy(t.database.url);
  await using cutOff = await createTestAuth({ database: { ...t.database, url: proxy.url } });
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('GET', '/me');
  proxy.freeze();
  const elsewhere = Object.assign(new Browser(cutOff), { cookie: ada.cookie });
  const { status, body, headers } = await elsewhere.rest('GET', '/auth/sessions/changes');
  expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE']);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  proxy.restore();
});

test('at a stop, readers are told to come back', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await using stream = await readEvents(t, ada);
  t.auth.closeStreams();
  expect(await stream.next()).toMatchObject({ event: 'ended', data: { error: { code: 'UNAVAILABLE' } } });
  expect(await stream.next()).toBeNull();
});
