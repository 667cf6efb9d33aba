import bcrypt from 'bcrypt';
import { expect, test } from 'vitest';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import { createTestAuth, PASSWORD } from '../../../test/create-test-auth.ts';
import { BcryptHasher } from './bcrypt-hasher.ts';

test('an imported hash logs in and is replaced by one of ours', async () => {
  const hasher = new BcryptHasher({ cost: 4, pepper: null, workers: 1, maxQueue: 10 });
  await using t = await createTestAuth({ ports: { hasher } });
  await registered(t, 'ada@example.com');
  await t.database.query('update auth.password set hash = $1', [bcrypt.hashSync(PASSWORD, 4)]);

  await loggedIn(t, 'ada@example.com');

  const [row] = await t.database.query<{ hash: string }>('select hash from auth.password');
  expect(row?.hash).toMatch(/^v1\$2b\$04\$/);
  await loggedIn(t, 'ada@example.com');
});

test('a login waits in a bounded queue; beyond it the answer is 503 with Retry-After, and checks go on', async () => {
  const hasher = new BcryptHasher({ cost: 9, pepper: null, workers: 1, maxQueue: 2 });
  await using t = await createTestAuth({ ports: { hasher } });
  const ada = await registered(t, 'ada@example.com');

  const logins = Array.from({ length: 12 }, () => new Browser(t).login('ada@example.com'));
  const check = await ada.rest('GET', '/me');
  const answers = await Promise.all(logins);

  expect(check.status).toBe(200);
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThanOrEqual(6);
  for (const { body, headers } of refused) {
    expect(body.error).toMatchObject({ code: 'UNAVAILABLE', details: { retryAfterSeconds: 2 } });
    expect(headers['retry-after']).toBe('2');
  }
  expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(12);
});
