import { expect, test } from 'vitest';
import {
  createTokenWorld,
  failureOf,
  LIFETIME_SECONDS,
  manyCalls,
  offline,
  REFRESH,
  successes,
} from '../../test/token-world.ts';
import { memoryStorage } from '../index.ts';

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
    const text = await response.text();
    asked.resolve();
    await answer.promise;
    return new Response(text, response);
  };
  await phone.keeper.accessToken();
  await asked.promise;
  await phone.client.auth.logout.mutate();
  answer.resolve();
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
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
