import { expect, test } from 'vitest';
import { registered } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';
import { takeAsLong } from '../../../test/mann-whitney.ts';
import type { PasswordHasher } from '../../kernel/ports.ts';
import { BcryptHasher } from './bcrypt-hasher.ts';

const KNOWN = 'known@example.com';
const UNKNOWN = 'nobody@example.com';

/** All that an observer sees but the time, without what differs from answer to answer anyway. */
const failToLogIn = async (url: string, email: string) => {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'not-the-password' }),
  });
  const body = await response.text();
  const { 'x-trace-id': traceId, date: _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: body.replace(traceId ?? '', '<trace>') };
};

const setScene = async (hasher: PasswordHasher) => {
  const t = await createTestAuth({ ports: { hasher } });
  await registered(t, KNOWN);
  // The first ones load and compile what all others find ready.
  for (let count = 0; count < 10; count += 1) {
    expect(await failToLogIn(t.url, KNOWN)).toEqual(await failToLogIn(t.url, UNKNOWN));
  }
  return t;
};

const bcrypt = () => new BcryptHasher({ cost: 5, pepper: null, workers: 1, maxQueue: 10 });

test('nobody can tell a wrong password from an unknown address, not by bytes and not by time', async () => {
  await using t = await setScene(bcrypt());
  const isAlike = await takeAsLong(200, [() => failToLogIn(t.url, KNOWN), () => failToLogIn(t.url, UNKNOWN)]);
  expect(isAlike).toBe(true);
}, 180_000);

test('the measurement would see a path that skips the hash', async () => {
  const hasher = bcrypt();
  await using t = await setScene({
    hash: (password) => hasher.hash(password),
    isGuessable: (password, personal) => hasher.isGuessable(password, personal),
    verify: async (password, stored) => (stored === null ? { kind: 'mismatch' } : hasher.verify(password, stored)),
    close: () => hasher.close(),
  });
  const isAlike = await takeAsLong(100, [() => failToLogIn(t.url, KNOWN), () => failToLogIn(t.url, UNKNOWN)]);
  expect(isAlike).toBe(false);
}, 180_000);
