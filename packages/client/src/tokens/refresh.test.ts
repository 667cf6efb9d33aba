import { expect, test, vi } from 'vitest';
import {
  createTokenWorld,
  failureOf,
  LIFETIME_SECONDS,
  manyCalls,
  offline,
  REFRESH,
  successes,
  type TokenDevice,
} from '../../test/token-world.ts';

const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 15_000, interval: 10 });

/** Refreshes are answered with this, everything else by the service. */
const answerRefreshes = ({ network }: TokenDevice, answer: () => Response | Promise<Response>) => {
  network.pass = async (send, path) => (path === REFRESH ? answer() : send());
};

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

test('a refresh that hangs is made again while the service still has the same answer to it', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(LIFETIME_SECONDS);
  const hanging = Promise.withResolvers<void>();
  phone.network.pass = async (send, _path, init) => {
    phone.network.pass = (again) => again();
    await send();
    hanging.resolve();
    return new Promise((_, reject) => init?.signal?.addEventListener('abort', reject));
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const token = phone.keeper.accessToken();
    await hanging.promise;
    // Half of the ten seconds are left for a network that is slow.
    await vi.advanceTimersByTimeAsync(5000);
    expect(await token).toMatch(/^ey/);
  } finally {
    vi.useRealTimers();
  }
  expect([phone.refreshes(), phone.ends]).toEqual([2, []]);
});
