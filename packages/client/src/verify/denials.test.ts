import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { TestIssuer } from '../../test/test-issuer.ts';
import { DeniedSessions } from './denied-sessions.ts';
import { createVerifier, type FeedState, type VerifierOptions } from './index.ts';

const FEED = '/api/v1/auth/tokens/denials';
const SESSION = '019a9f3e-7d52-7c11-8a4b-0f9e8d7c6b5a';
const OTHER = '019a9f3e-7d52-7c11-8a4b-0f9e8d7c6b5b';

const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 15_000, interval: 10 });

const setUp = async (options: Partial<VerifierOptions> = {}) => {
  const issuer = await TestIssuer.start();
  const states: FeedState[] = [];
  const verifier = createVerifier({
    issuer: issuer.url,
    ...options,
    denials: { onChange: (state) => states.push(state), ...options.denials },
  });
  return {
    issuer,
    verifier,
    states,
    connections: () => states.map(({ isConnected }) => isConnected),
    refusal: (token: string) =>
      verifier.verify(token).then(
        () => null,
        ({ code }) => code,
      ),
    [Symbol.asyncDispose]: async () => {
      verifier.close();
      await issuer[Symbol.asyncDispose]();
    },
  };
};

test('a session that has ended before is known as soon as the verifier is ready', async () => {
  await using t = await setUp();
  t.issuer.deny(SESSION);
  await t.verifier.ready;
  expect(t.verifier.isFeedConnected).toBe(true);
  expect(await t.refusal(await t.issuer.token())).toBe('denied');
  expect(await t.refusal(await t.issuer.token({ claims: { sid: OTHER } }))).toBeNull();
});

test('a session that ends is known as soon as it is told, and stays so while nobody tells', async () => {
  await using t = await setUp();
  await t.verifier.ready;
  const token = await t.issuer.token();
  expect(await t.refusal(token)).toBeNull();
  t.issuer.deny(SESSION);
  await eventually(() => t.refusal(token)).toBe('denied');

  t.issuer.trouble = (_req, res) => res.destroy();
  t.issuer.hangUp();
  await eventually(() => t.verifier.isFeedConnected).toBe(false);
  expect(await t.refusal(token)).toBe('denied');
});

test('comes back by itself, says where it was, and hears what it has missed', async () => {
  await using t = await setUp();
  await t.verifier.ready;
  const token = await t.issuer.token();
  t.issuer.trouble = (_req, res) => res.destroy();
  t.issuer.hangUp();
  await eventually(() => t.connections()).toEqual([true, false]);
  t.issuer.deny(SESSION);
  t.issuer.trouble = null;
  await eventually(() => t.connections()).toEqual([true, false, true]);
  expect(await t.refusal(token)).toBe('denied');
  expect(t.issuer.requests.filter(({ url }) => url === FEED).at(-1)?.headers['last-event-id']).toBe('1');
});

test('a feed that is silent for too long is taken for dead, one that pings is not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    await using t = await setUp();
    await t.verifier.ready;
    const token = await t.issuer.token();
    vi.advanceTimersByTime(40_000);
    t.issuer.deny(SESSION);
    await eventually(() => t.refusal(token)).toBe('denied');
    vi.advanceTimersByTime(40_000);
    expect(t.verifier.isFeedConnected).toBe(true);
    vi.advanceTimersByTime(10_000);
    await eventually(() => t.connections()).toEqual([true, false]);
    vi.advanceTimersByTime(30_000);
    await eventually(() => t.connections()).toEqual([true, false, true]);
  } finally {
    vi.useRealTimers();
  }
});

test('is not connected before the list is complete, whatever happens meanwhile', async () => {
  await using t = await setUp();
  await t.verifier.ready;
  const opened = Promise.withResolvers<ServerResponse>();
  t.issuer.trouble = (_req, res) => opened.resolve(res.writeHead(200, { 'content-type': 'text/event-stream' }));
  t.issuer.hangUp();
  const stream = await opened.promise;
  const tell = (denials: object) => stream.write(`event: change\ndata: ${JSON.stringify(denials)}\n\n`);
  const denial = (sessionId: string) => ({ sessionId, expiresAt: new Date(Date.now() + 900_000).toISOString() });
  tell({ items: [denial(OTHER)], more: true });
  tell({ items: [denial(SESSION)] });
  const token = await t.issuer.token();
  await eventually(() => t.refusal(token)).toBe('denied');
  expect(t.verifier.isFeedConnected).toBe(false);
  tell({ items: [], more: false });
  await eventually(() => t.verifier.isFeedConnected).toBe(true);
});

test('an end that the service makes itself is one to come back from', async () => {
  await using t = await setUp();
  await t.verifier.ready;
  for (const reader of t.issuer.readers) reader.end('event: ended\ndata: {"error":{"code":"UNAVAILABLE"}}\n\n');
  await eventually(() => t.connections()).toEqual([true, false, true]);
});

test('waits as long as Retry-After says', async () => {
  await using t = await setUp();
  await t.verifier.ready;
  let askedAt = 0;
  let cameBackAt = 0;
  t.issuer.trouble = (_req, res) => {
    askedAt = performance.now();
    t.issuer.trouble = (_again, later) => {
      cameBackAt = performance.now();
      later.destroy();
    };
    res.writeHead(503, { 'retry-after': '1' }).end();
  };
  t.issuer.hangUp();
  await eventually(() => cameBackAt).toBeGreaterThan(0);
  expect(cameBackAt - askedAt).toBeGreaterThan(950);
});

test.each([
  ['refused', { status: 401, type: 'application/json', body: '{}' }],
  ['a page', { status: 200, type: 'text/html', body: '<h1>Welcome</h1>' }],
  [
    'a list of something else',
    { status: 200, type: 'text/event-stream', body: 'event: change\ndata: {"items":[7]}\n\n' },
  ],
  ['no JSON', { status: 200, type: 'text/event-stream', body: 'event: change\ndata: {\n\n' }],
])('a feed that is %s is not connected', async (_what, { status, type, body }) => {
  await using t = await setUp();
  await t.verifier.ready;
  t.issuer.trouble = (_req, res) => res.writeHead(status, { 'content-type': type }).end(body);
  t.issuer.hangUp();
  const before = t.issuer.asked(FEED);
  await eventually(() => t.issuer.asked(FEED)).toBeGreaterThan(before + 1);
  expect(t.verifier.isFeedConnected).toBe(false);
  expect(t.connections()).toEqual([true, false]);
});

test('says why it could not be connected at all', async () => {
  const states: FeedState[] = [];
  const verifier = createVerifier({
    issuer: 'http://127.0.0.1:1',
    denials: { onChange: (state) => states.push(state) },
  });
  await eventually(() => states.length).toBe(1);
  expect(states).toEqual([{ isConnected: false, cause: expect.any(Error) }]);
  verifier.close();
  await verifier.ready;
});

test('opens the feed with a token, asked for each time', async () => {
  let made = 0;
  const token = async () => {
    made += 1;
    return `token-${made}`;
  };
  await using t = await setUp({ denials: { token } });
  await t.verifier.ready;
  t.issuer.hangUp();
  await eventually(() => t.issuer.asked(FEED)).toBe(2);
  const sent = t.issuer.requests.filter(({ url }) => url === FEED).map(({ headers }) => headers.authorization);
  expect(sent).toEqual(['Bearer token-1', 'Bearer token-2']);
});

test('where the feed is required, no token holds without it', async () => {
  await using t = await setUp({ denials: { isRequired: true } });
  await t.verifier.ready;
  const token = await t.issuer.token();
  expect(await t.refusal(token)).toBeNull();
  t.issuer.trouble = (_req, res) => res.destroy();
  t.issuer.hangUp();
  await eventually(() => t.refusal(token)).toBe('feed_disconnected');
});

test('a verifier that is closed leaves the feed', async () => {
  await using t = await setUp();
  await t.verifier.ready;
  t.verifier.close();
  expect(t.verifier.isFeedConnected).toBe(false);
  await eventually(() => t.issuer.readers.size).toBe(0);
});

test('forgets sessions whose tokens have expired', () => {
  const clock = new TestClock();
  const denied = new DeniedSessions(clock);
  const denyFor = (name: string, seconds: number) =>
    denied.add({
      items: [
        {
          sessionId: name,
          expiresAt: new Date(clock.now().getTime() + seconds * 1000).toISOString(),
          issuedBefore: null,
        },
      ],
    });
  for (let minute = 0; minute < 100; minute += 1) {
    for (let index = 0; index < 10; index += 1) denyFor(`${minute}-${index}`, 900);
    clock.wind(60);
  }
  expect(denied.includes('99-0', 0)).toBe(true);
  expect(denied.includes('90-0', 0)).toBe(true);
  expect(denied.includes('80-0', 0)).toBe(false);
  expect(denied.size).toBeLessThan(200);
});

test('denies what was issued before the password was proved anew, and nothing from then on', () => {
  const clock = new TestClock();
  const denied = new DeniedSessions(clock);
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + 900_000).toISOString();
  denied.add({ items: [{ sessionId: 'a', expiresAt, issuedBefore: now.toISOString() }] });
  const seconds = Math.floor(now.getTime() / 1000);
  expect([denied.includes('a', seconds - 1), denied.includes('a', seconds), denied.includes('b', 0)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('an older page of the list takes nothing back that has happened since', () => {
  const clock = new TestClock();
  const denied = new DeniedSessions(clock);
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + 900_000).toISOString();
  const earlier = new Date(now.getTime() - 60_000).toISOString();
  denied.add({ items: [{ sessionId: 'ended', expiresAt, issuedBefore: null }] });
  denied.add({ items: [{ sessionId: 'proved', expiresAt, issuedBefore: now.toISOString() }] });
  for (const sessionId of ['ended', 'proved']) denied.add({ items: [{ sessionId, expiresAt, issuedBefore: earlier }] });
  const seconds = Math.floor(now.getTime() / 1000);
  expect([denied.includes('ended', seconds), denied.includes('proved', seconds - 1)]).toEqual([true, true]);
});

test('whoever waits for a feed that there is not is told so', async () => {
  const issuer = await TestIssuer.start();
  const verifier = createVerifier({ issuer: issuer.url, denials: { url: `${issuer.url}/nothing` } });
  await expect(verifier.ready).rejects.toThrow('404');
  verifier.close();
  await issuer[Symbol.asyncDispose]();
});
