import { expect, inject, test } from 'vitest';
import { Browser, registered } from './browser.ts';
import { createTestAuth, createTestDatabase } from './create-test-auth.ts';
import { createDatabaseProxy } from './database-proxy.ts';
import { eventually } from './eventually.ts';

test('when every connection of the pool leads to a host that vanished, the service finds new ones by itself', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using proxy = await createDatabaseProxy(database.url);
  await using t = await createTestAuth({ database: { ...database, url: proxy.url }, databasePoolSize: 2 });
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('GET', '/auth/sessions');

  proxy.vanish();
  const answers = await Promise.all([1, 2, 3].map(() => ada.rest('GET', '/auth/sessions')));
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);

  await eventually(async () => (await ada.rest('GET', '/auth/sessions')).status).toBe(200);
  await eventually(async () => (await new Browser(t).login('ada@example.com')).status).toBe(200);
});
