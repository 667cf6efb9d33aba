import { expect, test } from 'vitest';
import { call } from '../../test/bearer.ts';
import { createTestAuth } from '../../test/create-test-auth.ts';
import { cookiePolicy, readToken } from './cookies.ts';

const timeOf = async (work: () => unknown): Promise<number> => {
  const beganAt = performance.now();
  await work();
  return performance.now() - beganAt;
};

/** Of several, the quickest: the machine may have been busy with something else. */
const quickest = async (work: () => unknown): Promise<number> => {
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) times.push(await timeOf(work));
  return Math.min(...times);
};

/** What grows with the square of the length takes thousands of times as long, at these lengths. */
const MAX_RATIO = 50;

test.each([
  ['escaped quotes without an end', `{"email":"${'\\"'.repeat(32_000)}`],
  ['quotes and backslashes', `{"email":${'"\\'.repeat(32_000)}`],
  ['nothing but quotes', '"'.repeat(64_000)],
])('a body of %s takes no longer than one that is merely wrong', async (_name, body) => {
  await using t = await createTestAuth();
  const post = (text: string) => () =>
    fetch(`${t.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
  const harmless = await quickest(post(`{"email":"${'x'.repeat(body.length)}`));
  expect(await quickest(post(body))).toBeLessThan(harmless * MAX_RATIO);
  expect((await call(t, 'GET /api/v1/auth/config')).status).toBe(200);
});

test('a long run of spaces in a cookie is looked at once', async () => {
  const policy = cookiePolicy(new URL('http://localhost'));
  const read = (header: string) => () => {
    for (let turn = 0; turn < 20; turn += 1) readToken(header, policy);
  };
  const harmless = await quickest(read(`a${'x'.repeat(15_500)}b=1`));
  expect(await quickest(read(`a${' '.repeat(15_500)}b=1`))).toBeLessThan(Math.max(harmless, 1) * MAX_RATIO);
});
