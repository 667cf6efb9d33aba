import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createTokenWorld, REFRESH, type TokenDevice } from '../../test/token-world.ts';
import { AuthApiError, createAuthClient, memoryStorage, type TokenStorage } from '../index.ts';

const LIFETIME_SECONDS = 900;

const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 15_000, interval: 10 });

const failureOf = (call: Promise<unknown>): Promise<AuthApiError> =>
  call.then(
    () => {
      throw new Error('The call was expected to fail');
    },
    (error: unknown) => {
      if (error instanceof AuthApiError) return error;
      throw error;
    },
  );

const offline = () => Promise.reject(new TypeError('fetch failed'));

/** Refreshes are answered with this, everything else by the service. */
const answerRefreshes = ({ network }: TokenDevice, answer: () => Response | Promise<Response>) => {
  network.pass = async (send, path) => (path === REFRESH ? answer() : send());
};

const manyCalls = ({ client }: TokenDevice, count = 50) =>
  Promise.allSettled(Array.from({ length: count }, () => client.auth.me.query()));

const successes = (outcomes: PromiseSettledResult<unknown>[]): number =>
  outcomes.filter(({ status }) => status === 'fulfilled').length;

test('what is issued is kept, and shows who calls without any cookie', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  expect(await failureOf(phone.client.auth.me.query())).toMatchObject({ code: 'UNAUTHENTICATED' });
  await phone.signIn();
  const { user, session } = await phone.client.auth.me.query();
  await phone.client.users.updateMe.mutate({ name: 'Ada' });

  expect([user.email, session.current]).toEqual(['ada@example.com', true]);
  for (const { headers } of phone.sent.slice(-2)) {
    expect(headers.get('authorization')).toMatch(/^Bearer ey/);
    expect(headers.has('cookie')).toBe(false);
  }
});

test('options instead of a keeper do for a client that is alone', async () => {
  await using w = await createTokenWorld();
  const client = createAuthClient({ url: w.t.url, tokens: {} });
  await client.tokens.issue.mutate({ email: 'ada@example.com', password: 'tidal-copper-lantern' });
  expect((await client.auth.me.query()).user.email).toBe('ada@example.com');
});

test('who has just registered gets tokens for that session, and opens no other', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.client.auth.register.mutate({ email: 'grace@example.com', password: 'tidal-copper-lantern' });
  await phone.client.tokens.issue.mutate({});
  const { items } = await phone.client.sessions.list.query({});
  expect(items.map(({ current }) => current)).toEqual([true]);
});

test('50 calls with a token that has expired make one refresh', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS);
  expect(successes(await manyCalls(phone))).toBe(50);
  expect(phone.refreshes()).toBe(1);
});

test('50 calls whose token is refused make one refresh, and go once more', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  w.clock.wind(2 * LIFETIME_SECONDS);
  expect(successes(await manyCalls(phone))).toBe(50);
  expect(phone.refreshes()).toBe(1);
});

test('a call is not sent a third time', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  const error = { code: 'UNAUTHENTICATED', message: '', details: null, traceId: 'x' };
  const refusal = JSON.stringify([{ error: { message: '', code: -32001, data: { ...error, httpStatus: 401 } } }]);
  phone.network.pass = async (send, path) =>
    path === '/trpc/auth.me' ? new Response(refusal, { status: 401 }) : send();
  expect(await failureOf(phone.client.auth.me.query())).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(phone.sent.filter(({ path }) => path === '/trpc/auth.me')).toHaveLength(2);
  expect(phone.ends).toEqual([]);
});

test('a wrong password is no reason for a refresh', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  const refused = phone.client.auth.reauthenticate.mutate({ password: 'another one' });
  expect(await failureOf(refused)).toMatchObject({ code: 'AUTH_INVALID' });
  expect(phone.refreshes()).toBe(0);
});

test('a token that is about to expire is renewed while calls go on with it', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS - 61);
  const first = await phone.keeper.accessToken();
  expect(phone.refreshes()).toBe(0);
  phone.clock.wind(2);
  expect(await phone.keeper.accessToken()).toBe(first);
  await eventually(() => phone.keeper.accessToken()).not.toBe(first);
  expect(phone.refreshes()).toBe(1);
});

test('the clock of a device may be wrong by years, and may be set right', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  phone.clock.wind(-100_000_000);
  await phone.signIn();
  await phone.client.auth.me.query();
  expect(phone.refreshes()).toBe(0);
  phone.clock.wind(100_000_000);
  await phone.client.auth.me.query();
  phone.clock.wind(-100_000_000);
  await phone.client.auth.me.query();
  expect(phone.refreshes()).toBe(2);
  expect(phone.ends).toEqual([]);
});

test('a network that is away signs nobody out', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS);
  phone.network.pass = offline;
  expect(await failureOf(phone.client.auth.me.query())).toMatchObject({ code: 'UNAVAILABLE', status: 0 });
  phone.network.pass = (send) => send();
  expect((await phone.client.auth.me.query()).user.email).toBe('ada@example.com');
  expect(phone.ends).toEqual([]);
});

test.each([
  ['a login page of the network', () => new Response('<h1>Wi-Fi</h1>', { status: 200 })],
  ['a 401 of somebody on the way', () => new Response('Password?', { status: 401 })],
  ['a broken proxy', () => new Response('Bad gateway', { status: 502 })],
])('%s signs nobody out', async (_what, answer) => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS);
  answerRefreshes(phone, answer);
  expect(await failureOf(phone.client.auth.me.query())).toMatchObject({ code: 'UNAVAILABLE' });
  phone.network.pass = (send) => send();
  await phone.client.auth.me.query();
  expect(phone.ends).toEqual([]);
});

test('the answer to a refresh is lost on its way: the same one is asked for again', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS);
  const answers: unknown[] = [];
  phone.network.pass = async (send, path) => {
    const answer = await send();
    if (path !== REFRESH) return answer;
    answers.push((await answer.clone().json()).refreshToken);
    return answers.length === 1 ? offline() : answer;
  };
  await phone.client.auth.me.query();
  expect(answers).toHaveLength(2);
  expect(answers[0]).toBe(answers[1]);
  expect(phone.ends).toEqual([]);
});

const killedWhileRefreshing = async (w: Awaited<ReturnType<typeof createTokenWorld>>): Promise<TokenStorage> => {
  const storage = memoryStorage();
  const killed = w.openDevice({ storage });
  await killed.signIn();
  killed.clock.wind(LIFETIME_SECONDS);
  const answered = Promise.withResolvers<void>();
  killed.network.pass = async (send) => {
    await send();
    answered.resolve();
    return new Promise(() => {});
  };
  void killed.keeper.accessToken();
  await answered.promise;
  return storage;
};

test('an app that is killed before it has stored the new tokens goes on with the old ones', async () => {
  await using w = await createTokenWorld();
  const restarted = w.openDevice({ storage: await killedWhileRefreshing(w) });
  restarted.clock.wind(LIFETIME_SECONDS);
  expect((await restarted.client.auth.me.query()).user.email).toBe('ada@example.com');
  expect(restarted.ends).toEqual([]);
});

test('an app that comes back too late with the old ones is told why it is signed out', async () => {
  await using w = await createTokenWorld();
  const storage = await killedWhileRefreshing(w);
  await w.t.database.query(`update auth.refresh_token set superseded_at = superseded_at - interval '11 seconds'`);
  const restarted = w.openDevice({ storage });
  restarted.clock.wind(LIFETIME_SECONDS);
  expect(await failureOf(restarted.client.auth.me.query())).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(restarted.ends).toEqual(['reuse_detected']);
  expect(await storage.get()).toBeNull();
});

test('tokens outlive the app in its storage', async () => {
  await using w = await createTokenWorld();
  const storage = memoryStorage();
  await w.openDevice({ storage }).signIn();
  const restarted = w.openDevice({ storage });
  await restarted.client.auth.me.query();
  expect(restarted.refreshes()).toBe(0);
});

test('a storage that holds something else holds nothing', async () => {
  await using w = await createTokenWorld();
  const storage = memoryStorage();
  await storage.set('{"accessToken":7}');
  const phone = w.openDevice({ storage });
  expect(await phone.keeper.accessToken()).toBeNull();
  await phone.signIn();
  await phone.client.auth.me.query();
});

test('a storage that fails is an error, not the end', async () => {
  await using w = await createTokenWorld();
  const inner = memoryStorage();
  const locked = { isLocked: false };
  const storage: TokenStorage = {
    ...inner,
    get: () => {
      if (locked.isLocked) throw new Error('The phone is locked');
      return inner.get();
    },
  };
  const phone = w.openDevice({ storage });
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS);
  locked.isLocked = true;
  expect(await failureOf(phone.client.auth.me.query())).toMatchObject({ code: 'UNAVAILABLE' });
  locked.isLocked = false;
  await phone.client.auth.me.query();
  expect(phone.ends).toEqual([]);
});

const busy = (retryAfter: string) => () =>
  new Response(
    JSON.stringify({
      error: { code: 'RATE_LIMITED', message: 'Wait.', details: { retryAfterSeconds: 1 }, traceId: 'x' },
    }),
    { status: 429, headers: { 'retry-after': retryAfter } },
  );

test('a short Retry-After is waited for', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS);
  const askedAt: number[] = [];
  phone.network.pass = async (send, path) => {
    if (path !== REFRESH) return send();
    askedAt.push(performance.now());
    return askedAt.length === 1 ? busy('1')() : send();
  };
  await phone.client.auth.me.query();
  expect((askedAt[1] ?? 0) - (askedAt[0] ?? 0)).toBeGreaterThan(950);
});

test('a long Retry-After is honoured by not asking, and signs nobody out', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS);
  answerRefreshes(phone, busy('60'));
  for (let call = 0; call < 5; call += 1)
    expect(await failureOf(phone.client.auth.me.query())).toMatchObject({ code: 'RATE_LIMITED' });
  expect(phone.refreshes()).toBe(1);
  phone.network.pass = (send) => send();
  phone.clock.wind(60);
  await phone.client.auth.me.query();
  expect(phone.ends).toEqual([]);
});

test('a session that was ended elsewhere is told once, with its reason', async () => {
  await using w = await createTokenWorld();
  const storage = memoryStorage();
  const phone = w.openDevice({ storage });
  const laptop = w.openDevice();
  await phone.signIn();
  await laptop.signIn();
  await laptop.client.sessions.revokeOthers.mutate();
  const outcomes = await manyCalls(phone, 20);
  expect(successes(outcomes)).toBe(0);
  expect(outcomes[0]).toMatchObject({ reason: { code: 'SESSION_ENDED', endReason: 'revoked' } });
  await failureOf(phone.client.auth.me.query());
  expect(phone.ends).toEqual(['revoked']);
  expect(await storage.get()).toBeNull();
});

test('signing in again after an end may end again', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  for (let round = 0; round < 2; round += 1) {
    await phone.signIn();
    await phone.client.auth.me.query();
    await phone.client.auth.logout.mutate();
  }
  expect(phone.ends).toEqual(['logged_out', 'logged_out']);
});

test('the logout ends the session for everybody who has its tokens', async () => {
  await using w = await createTokenWorld();
  const storage = memoryStorage();
  const phone = w.openDevice({ storage });
  await phone.signIn();
  const stolen = await phone.keeper.accessToken();
  await phone.client.auth.logout.mutate();
  expect(phone.ends).toEqual(['logged_out']);
  expect([await storage.get(), await phone.keeper.accessToken()]).toEqual([null, null]);
  const answer = await fetch(`${w.t.url}/api/v1/me`, { headers: { authorization: `Bearer ${stolen}` } });
  expect(answer.status).toBe(401);
});

test('a logout without a network forgets all the same, and says that the service does not know', async () => {
  await using w = await createTokenWorld();
  const storage = memoryStorage();
  const phone = w.openDevice({ storage });
  await phone.signIn();
  phone.network.pass = offline;
  phone.clock.wind(LIFETIME_SECONDS);
  expect(await failureOf(phone.client.auth.logout.mutate())).toMatchObject({ code: 'UNAVAILABLE' });
  expect(phone.ends).toEqual(['logged_out']);
  expect(await storage.get()).toBeNull();
});

test('a refresh that began before the logout does not survive it', async () => {
  await using w = await createTokenWorld();
  const storage = memoryStorage();
  const phone = w.openDevice({ storage });
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS - 30);
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  phone.network.pass = async (send, path) => {
    const response = await send();
    if (path !== REFRESH) return response;
    asked.resolve();
    await answer.promise;
    return response;
  };
  await phone.keeper.accessToken();
  await asked.promise;
  await phone.client.auth.logout.mutate();
  answer.resolve();
  await eventually(() => phone.keeper.accessToken()).toBeNull();
  await new Promise((resolve) => setImmediate(resolve));
  expect([await storage.get(), await phone.keeper.accessToken()]).toEqual([null, null]);
  expect(phone.ends).toEqual(['logged_out']);
});

test('an app that signs in as somebody else does not mind how the old session ends', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  const laptop = w.openDevice();
  await laptop.signIn();
  await laptop.client.sessions.revokeOthers.mutate();
  await phone.signIn();
  await phone.client.auth.me.query();
  expect(phone.ends).toEqual([]);
});

test('a stream that is opened again has a token that holds', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  const before = await phone.keeper.accessToken();
  const started: number[] = [];
  const stream = phone.client.sessions.changes.subscribe(undefined, {
    onStarted: () => started.push(1),
    onError: () => {},
  });
  await eventually(() => started.length).toBe(1);
  phone.clock.wind(LIFETIME_SECONDS);
  w.t.auth.closeStreams();
  await eventually(() => phone.refreshes()).toBe(1);
  stream.unsubscribe();
  const opened = phone.sent.filter(({ path }) => path === '/trpc/sessions.changes');
  await eventually(() => opened.at(-1)?.headers.get('authorization')).toBeDefined();
  expect(before).not.toBe(await phone.keeper.accessToken());
});

test('two clients with one storage: who comes second finds what the first has stored', async () => {
  await using w = await createTokenWorld();
  const storage = memoryStorage();
  const [first, second] = [w.openDevice({ storage }), w.openDevice({ storage })];
  await first.signIn();
  await second.client.auth.me.query();
  for (const device of [first, second]) device.clock.wind(LIFETIME_SECONDS);
  await first.client.auth.me.query();
  await w.t.database.query(`update auth.refresh_token set superseded_at = superseded_at - interval '1 hour'`);
  await second.client.auth.me.query();
  expect([first.refreshes(), second.refreshes()]).toEqual([1, 0]);
  expect([first.ends, second.ends]).toEqual([[], []]);
});

test('20 clients with one storage refresh at once, and nobody is signed out', async () => {
  await using w = await createTokenWorld();
  const storage = memoryStorage();
  const devices = Array.from({ length: 20 }, () => w.openDevice({ storage }));
  await devices[0]?.signIn();
  await Promise.all(devices.map(({ keeper }) => keeper.accessToken()));
  for (let round = 0; round < 5; round += 1) {
    for (const { clock } of devices) clock.wind(LIFETIME_SECONDS);
    await Promise.all(devices.map(({ client }) => client.auth.me.query()));
  }
  expect(devices.flatMap(({ ends }) => ends)).toEqual([]);
});

test('clients with one storage and a channel hear of sign-in and sign-out, each once', async () => {
  await using w = await createTokenWorld();
  const shared = { storage: memoryStorage(), channel: 'one browser' };
  const [left, right] = [w.openDevice(shared), w.openDevice(shared)];
  expect(await right.keeper.accessToken()).toBeNull();
  await left.signIn();
  await eventually(() => right.keeper.accessToken()).toBe(await left.keeper.accessToken());
  await right.client.auth.logout.mutate();
  await eventually(() => left.ends).toEqual(['logged_out']);
  expect(right.ends).toEqual(['logged_out']);
});

test('no refresh token travels over the channel', async () => {
  await using w = await createTokenWorld();
  const heard: unknown[] = [];
  const listener = new BroadcastChannel('latchkey tokens one browser');
  listener.onmessage = ({ data }: { data: unknown }) => heard.push(data);
  await w.openDevice({ storage: memoryStorage(), channel: 'one browser' }).signIn();
  await eventually(() => heard).toEqual([{ kind: 'stored' }]);
  listener.close();
});

test('works on a phone, without channels, cookies to read and what is new in browsers', async () => {
  await using w = await createTokenWorld();
  const phone = fork(new URL('../../test/phone.ts', import.meta.url), [w.t.url]);
  const [outcome] = await once(phone, 'message');
  expect(outcome).toEqual({ before: 'ada@example.com', after: 'ada@example.com', refreshes: 1, ends: ['logged_out'] });
});
