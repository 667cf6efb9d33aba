import { expect, test } from 'vitest';
import { Browser } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';
import { takeAsLong } from '../../../test/mann-whitney.ts';
import type { PasswordHasher } from '../../kernel/ports.ts';
import { BcryptHasher } from './bcrypt-hasher.ts';

const UNKNOWN = 'nobody@example.com';

/** Accounts in every state that a stranger might want to know of. */
const KNOWN = ['verified@example.com', 'unverified@example.com', 'banned@example.com', 'deleted@example.com'];

/** All that a stranger sees but the time, without what differs from answer to answer anyway. */
const ask = async (url: string, path: string, input: object) => {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const body = await response.text();
  const { 'x-trace-id': traceId, date: _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: body.replace(traceId ?? '', '<trace>') };
};

const QUESTIONS = {
  'a login with a wrong password': (url: string, email: string) =>
    ask(url, '/auth/login', { email, password: 'not-the-password' }),
  'a forgotten password': (url: string, email: string) => ask(url, '/auth/forgot-password', { email }),
  'another verification': (url: string, email: string) => ask(url, '/auth/verify-email/resend', { email }),
};

const setScene = async (hasher: PasswordHasher) => {
  const t = await createTestAuth({ requireEmailVerification: true, ports: { hasher } });
  for (const email of KNOWN) await new Browser(t).register(email);
  await t.database.query(`update auth."user" set email_verified_at = now() where email <> 'unverified@example.com'`);
  await t.database.query(
    `update auth."user" set banned_at = now(), ban_reason = 'Spam' where email = 'banned@example.com'`,
  );
  await t.database.query(`update auth."user" set deleted_at = now() where email = 'deleted@example.com'`);
  return t;
};

const bcrypt = () => new BcryptHasher({ cost: 5, pepper: null, workers: 1, maxQueue: 100 });

const knownOne = (index: number): string => KNOWN[index % KNOWN.length] ?? '';

test.each(Object.entries(QUESTIONS))(
  '%s tells nobody whether there is an account, nor in which state, not by bytes and not by time',
  async (_name, question) => {
    await using t = await setScene(bcrypt());
    const expected = await question(t.url, UNKNOWN);
    // The first ones load and compile what all others find ready.
    for (let count = 0; count < 5; count += 1) {
      for (const email of [...KNOWN, UNKNOWN]) expect(await question(t.url, email)).toEqual(expected);
    }
    const isAlike = await takeAsLong(200, [
      (index) => question(t.url, knownOne(index)),
      (index) => question(t.url, `nobody-${index % KNOWN.length}@example.com`),
    ]);
    expect(isAlike).toBe(true);
  },
  180_000,
);

test('the measurement would see a path that skips the hash', async () => {
  const hasher = bcrypt();
  await using t = await setScene({
    hash: (password) => hasher.hash(password),
    isGuessable: (password, personal) => hasher.isGuessable(password, personal),
    verify: async (password, stored) => (stored === null ? { kind: 'mismatch' } : hasher.verify(password, stored)),
    close: () => hasher.close(),
  });
  const login = QUESTIONS['a login with a wrong password'];
  const isAlike = await takeAsLong(100, [() => login(t.url, 'verified@example.com'), () => login(t.url, UNKNOWN)]);
  expect(isAlike).toBe(false);
}, 180_000);
