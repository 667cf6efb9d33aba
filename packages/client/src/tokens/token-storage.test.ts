import { expect, test } from 'vitest';
import { createTokenWorld, failureOf, LIFETIME_SECONDS, type TokenWorld } from '../../test/token-world.ts';
import { memoryStorage, type TokenStorage } from '../index.ts';

const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 15_000, interval: 10 });

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

const killedWhileRefreshing = async (w: TokenWorld): Promise<TokenStorage> => {
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

test('what is stored is small enough for the secure store of a phone', async () => {
  await using w = await createTokenWorld('RS256');
  const storage = memoryStorage();
  await w.openDevice({ storage }).signIn();
  expect(await storage.get()).toMatch(/^{"accessToken":/);
  expect((await storage.get())?.length).toBeLessThan(2048);
});
