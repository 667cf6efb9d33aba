import { expect, test } from 'vitest';
import { Browser, registered } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';

test('changes the name, and records that it was changed', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');

  const { status, body } = await ada.rest('PATCH', '/me', { body: { name: '  Ada Lovelace ' } });

  expect(status).toBe(200);
  expect(body).toMatchObject({ email: 'ada@example.com', name: 'Ada Lovelace' });
  expect((await ada.rest('GET', '/me')).body.user.name).toBe('Ada Lovelace');
  expect((await t.events()).at(-1)).toMatchObject({ type: 'user.updated', data: { changed: ['name'] } });
});

test('null removes the name; what is absent stays', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('PATCH', '/me', { body: { name: 'Ada' } });

  expect((await ada.rest('PATCH', '/me', { body: {} })).body.name).toBe('Ada');
  expect((await ada.rest('PATCH', '/me', { body: { name: null } })).body.name).toBeNull();
});

test.each([
  { role: 'admin' },
  { emailVerified: true },
  { id: '019a9f3e-0000-7000-8000-000000000000' },
  { email: 'eve@example.com' },
  { name: 7 },
  { name: '' },
])('refuses %o and changes nothing', async (body) => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const before = (await ada.rest('GET', '/me')).body.user;

  const answer = await ada.rest('PATCH', '/me', { body: { name: 'Eve', ...body } });

  expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect((await ada.rest('GET', '/me')).body.user).toEqual(before);
});

test('nobody edits a profile without a session', async () => {
  await using t = await createTestAuth();
  const { status, body } = await new Browser(t).rest('PATCH', '/me', { body: { name: 'Eve' } });
  expect([status, body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
});
