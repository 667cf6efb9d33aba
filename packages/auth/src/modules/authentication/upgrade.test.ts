import bcrypt from 'bcrypt';
import { expect, test } from 'vitest';
import { loggedIn, registered } from '../../../test/browser.ts';
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
