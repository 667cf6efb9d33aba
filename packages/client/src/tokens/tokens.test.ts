import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { account, createTokenWorld, failureOf, LIFETIME_SECONDS } from '../../test/token-world.ts';
import { createAuthClient, TokenKeeper } from '../index.ts';

const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 15_000, interval: 10 });

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
  await client.tokens.issue.mutate(account);
  expect((await client.auth.me.query()).user.email).toBe('ada@example.com');
});

test('who has just registered gets tokens for that session, and opens no other', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.client.auth.register.mutate({ ...account, email: 'grace@example.com' });
  await phone.client.tokens.issue.mutate({});
  const { items } = await phone.client.sessions.list.query({});
  expect(items.map(({ current }) => current)).toEqual([true]);
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

test('works on a phone, without channels, cookies to read and what is new in browsers', async () => {
  await using w = await createTokenWorld();
  const phone = fork(new URL('../../test/phone.ts', import.meta.url), [w.t.url]);
  const [outcome] = await once(phone, 'message');
  expect(outcome).toEqual({ before: 'ada@example.com', after: 'ada@example.com', refreshes: 1, ends: ['logged_out'] });
});

test('the cookie mode is for browsers, and says so', () => {
  expect(() => new TokenKeeper({ url: 'http://localhost:4000', storage: 'cookie' })).toThrow('Outside a browser');
});
