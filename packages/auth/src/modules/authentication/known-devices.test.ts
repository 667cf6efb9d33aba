import { createHash } from 'node:crypto';
import { callTRPCProcedure } from '@trpc/server';
import { expect, test } from 'vitest';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import { createCountingHasher } from '../../../test/counting-hasher.ts';
import { createTestAuth, PASSWORD, type TestAuth } from '../../../test/create-test-auth.ts';
import { LIMITS } from '../../kernel/limits/limit-table.ts';

const WRONG = 'not-the-password';

const hammer = async (t: TestAuth, email: string, attempts = 150): Promise<void> => {
  await Promise.all(Array.from({ length: attempts }, () => new Browser(t).login(email, WRONG)));
};

const newDeviceOf = async (t: TestAuth): Promise<unknown[]> =>
  (await t.events())
    .filter(({ type }) => type === 'user.login')
    .map(({ data }) => ({ newDevice: (data as { newDevice: unknown }).newDevice }));

test('while an attacker hammers, the owner gets in on a known device and nobody on another one', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 1 });
  const owner = await registered(t, 'ada@example.com');
  owner.cookie = null;

  await hammer(t, 'ada@example.com');

  expect((await new Browser(t).login('ada@example.com')).status).toBe(429);
  expect((await owner.login('ada@example.com', WRONG)).status).toBe(401);
  expect((await owner.login('ada@example.com')).status).toBe(200);
  expect((await new Browser(t).login('ada@example.com')).status).toBe(429);
});

test('on a known device guesses are limited, too, and success gives none of them back', async () => {
  const hasher = createCountingHasher();
  await using t = await createTestAuth({ rateLimitFactor: 1, ports: { hasher } });
  const owner = await registered(t, 'ada@example.com');
  const { points } = LIMITS.login.device;
  for (let count = 0; count < points + 5; count += 1) {
    await owner.login('ada@example.com', count % 2 === 0 ? PASSWORD : WRONG);
  }
  expect(hasher.checks).toBe(points);
  expect((await owner.login('ada@example.com')).status).toBe(429);
  expect((await new Browser(t).login('ada@example.com')).status).toBe(200);
});

test('a device is known to its own account alone', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 1 });
  await registered(t, 'ada@example.com');
  const eve = await registered(t, 'eve@example.com');
  await hammer(t, 'ada@example.com', 15);
  expect((await eve.login('ada@example.com')).status).toBe(429);
});

test.each([
  ['altered', (cookie: string) => `${cookie.slice(0, -3)}AAA`],
  ['of another form', () => 'latchkey_device=abc'],
  ['sent twice with different values', (cookie: string) => `${cookie}; latchkey_device=${'A'.repeat(43)}`],
  ['the token of a session', (_: string, session: string) => session.replace('session', 'device')],
])('a device cookie that is %s makes nothing known', async (_what, alter) => {
  await using t = await createTestAuth({ rateLimitFactor: 1 });
  const owner = await registered(t, 'ada@example.com');
  await hammer(t, 'ada@example.com', 15);
  owner.deviceCookie = alter(owner.deviceCookie ?? '', owner.cookie ?? '');
  owner.cookie = null;
  expect((await owner.login('ada@example.com')).status).toBe(429);
});

test('only the hash of the secret is stored, and no answer but the cookie carries it', async () => {
  await using t = await createTestAuth();
  const ada = new Browser(t);
  const { body, headers } = await ada.register('ada@example.com');
  const secret = ada.deviceCookie?.split('=')[1] ?? '';

  const rows = await t.database.query<{ hash: string }>(
    `select encode(token_hash, 'hex') as hash from auth.known_device`,
  );
  expect(rows).toEqual([{ hash: createHash('sha256').update(secret).digest('hex') }]);
  expect(JSON.stringify(body)).not.toContain(secret);
  expect(JSON.stringify([await t.events(), t.log])).not.toContain(secret);
  expect(headers['set-cookie']).toHaveLength(2);
});

test('a login says whether the device is a new one', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  await laptop.login('ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');
  await phone.rest('POST', '/auth/logout');
  await phone.login('ada@example.com');
  expect(await newDeviceOf(t)).toEqual([{ newDevice: false }, { newDevice: true }, { newDevice: false }]);
});

test('the first login of an account that was never seen on a device is none to warn of', async () => {
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');
  await t.database.query('delete from auth.known_device');
  await loggedIn(t, 'ada@example.com');
  expect(await newDeviceOf(t)).toEqual([{ newDevice: false }]);
});

test('people who share a device are both known on it, whoever logs in', async () => {
  await using t = await createTestAuth();
  const shared = await registered(t, 'ada@example.com');
  await registered(t, 'bob@example.com');

  for (const email of ['bob@example.com', 'ada@example.com', 'bob@example.com']) await shared.login(email);

  expect(await newDeviceOf(t)).toEqual([{ newDevice: true }, { newDevice: false }, { newDevice: false }]);
});

test('a secret that somebody has planted in a browser does not become known to who logs in there', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 1 });
  const eve = await registered(t, 'eve@example.com');
  await registered(t, 'ada@example.com');
  const victim = new Browser(t);
  victim.deviceCookie = eve.deviceCookie;
  await victim.login('ada@example.com');

  await hammer(t, 'ada@example.com', 15);

  expect(victim.deviceCookie).not.toBe(eve.deviceCookie);
  eve.cookie = null;
  expect((await eve.login('ada@example.com')).status).toBe(429);
  expect((await victim.login('ada@example.com')).status).toBe(200);
});

test('20 parallel logins on a known device leave it known once', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  const ada = await registered(t, 'ada@example.com');
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const tab = new Browser(t);
      tab.deviceCookie = ada.deviceCookie;
      return { tab, status: (await tab.login('ada@example.com')).status };
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(new Set(answers.map(({ tab }) => tab.deviceCookie))).toEqual(new Set([ada.deviceCookie]));
  expect(await t.database.query('select 1 from auth.known_device')).toHaveLength(1);
});

test('the newest 20 devices of a user are remembered, and go with the user', async () => {
  await using t = await createTestAuth();
  const first = await registered(t, 'ada@example.com');
  const second = await loggedIn(t, 'ada@example.com');
  for (let count = 0; count < 19; count += 1) {
    await loggedIn(t, 'ada@example.com');
    if (count === 0) await first.login('ada@example.com');
  }
  expect(await t.database.query('select 1 from auth.known_device')).toHaveLength(20);
  await first.login('ada@example.com');
  await second.login('ada@example.com');
  expect((await newDeviceOf(t)).slice(-2)).toEqual([{ newDevice: false }, { newDevice: true }]);

  await t.database.query('delete from auth."user"');
  expect(await t.database.query('select 1 from auth.known_device')).toEqual([]);
});

test('a caller in the same process keeps its device like a browser does', async () => {
  await using t = await createTestAuth();
  const createContext = t.auth.createLocalContext();
  const call = (path: string) =>
    callTRPCProcedure({
      router: t.auth.router,
      path,
      ctx: createContext(),
      type: 'mutation',
      getRawInput: async () => ({ email: 'ada@example.com', password: PASSWORD }),
      signal: undefined,
      batchIndex: 0,
    });
  await call('auth.register');
  await call('auth.login');
  expect(await newDeviceOf(t)).toEqual([{ newDevice: false }]);
  expect(await t.database.query('select 1 from auth.known_device')).toHaveLength(1);
});
