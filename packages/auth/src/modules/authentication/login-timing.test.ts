import { expect, test } from 'vitest';
import { registered } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';
import { mannWhitney } from '../../../test/mann-whitney.ts';
import { BcryptHasher } from './bcrypt-hasher.ts';

const PAIRS = 200;

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  milliseconds: number;
}

const login = async (url: string, email: string): Promise<Answer> => {
  const startedAt = performance.now();
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'not-the-password' }),
  });
  const body = await response.text();
  const milliseconds = performance.now() - startedAt;
  return { status: response.status, headers: Object.fromEntries(response.headers), body, milliseconds };
};

/** All that an observer sees but the time, without what differs from answer to answer anyway. */
const visible = ({ status, headers, body }: Answer) => {
  const { 'x-trace-id': traceId, date: _, ...rest } = headers;
  return { status, headers: rest, body: body.replace(traceId ?? '', '<trace>') };
};

/** Interleaved, and in turns who comes first, so that whatever else goes on meets both alike. */
const measure = async (url: string, known: string, unknown: string) => {
  const wrong: Answer[] = [];
  const nobody: Answer[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const first = await login(url, pair % 2 === 0 ? known : unknown);
    const second = await login(url, pair % 2 === 0 ? unknown : known);
    wrong.push(pair % 2 === 0 ? first : second);
    nobody.push(pair % 2 === 0 ? second : first);
  }
  return { wrong, nobody };
};

const timesOf = (answers: Answer[]): number[] => answers.map(({ milliseconds }) => milliseconds);

test('nobody can tell a wrong password from an unknown address, not by bytes and not by time', async () => {
  const hasher = new BcryptHasher({ cost: 5, pepper: null, workers: 1, maxQueue: 10 });
  await using t = await createTestAuth({ ports: { hasher } });
  await registered(t, 'known@example.com');
  await measure(t.url, 'known@example.com', 'nobody@example.com');

  const { wrong, nobody } = await measure(t.url, 'known@example.com', 'nobody@example.com');

  expect(new Set([...wrong, ...nobody].map((answer) => JSON.stringify(visible(answer))))).toHaveProperty('size', 1);
  const p = mannWhitney(timesOf(wrong), timesOf(nobody));
  if (p > 0.01) return;
  // Chance looks like this one time in a hundred, and does not repeat itself; a leak does.
  const again = await measure(t.url, 'known@example.com', 'nobody@example.com');
  expect(mannWhitney(timesOf(again.wrong), timesOf(again.nobody))).toBeGreaterThan(0.01);
}, 60_000);

test('the test would see a path that skips the hash', async () => {
  const bcrypt = new BcryptHasher({ cost: 5, pepper: null, workers: 1, maxQueue: 10 });
  const leaky = Object.assign(Object.create(bcrypt), {
    hash: (password: string) => bcrypt.hash(password),
    isGuessable: (password: string, personal: string[]) => bcrypt.isGuessable(password, personal),
    verify: async (password: string, stored: string | null) =>
      stored === null ? { kind: 'mismatch' } : bcrypt.verify(password, stored),
    close: () => bcrypt.close(),
  });
  await using t = await createTestAuth({ ports: { hasher: leaky } });
  await registered(t, 'known@example.com');
  const { wrong, nobody } = await measure(t.url, 'known@example.com', 'nobody@example.com');
  expect(mannWhitney(timesOf(wrong), timesOf(nobody))).toBeLessThan(0.01);
}, 60_000);
