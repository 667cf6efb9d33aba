import request from 'supertest';
import { expect, test } from 'vitest';
import { registered } from '../../test/browser.ts';
import { createTestAuth } from '../../test/create-test-auth.ts';

const FORWARD = '/api/v1/auth/forward';
const PAGE = { accept: 'text/html,application/xhtml+xml' };

test('says who calls, in headers', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('PATCH', '/me', { body: { name: 'Ада Лавлейс' } });
  const { user, session } = (await ada.rest('GET', '/me')).body;

  const { status, headers, text } = await request(t.url)
    .get(FORWARD)
    .set('cookie', ada.cookie ?? '');

  expect([status, text]).toEqual([200, '']);
  expect(headers).toMatchObject({
    'x-auth-user': user.id,
    'x-auth-session': session.id,
    'x-auth-role': 'user',
    'cache-control': 'no-store',
  });
});

test('refuses nobody and a session that ended, by the error contract', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const cookie = ada.cookie ?? '';
  await ada.rest('POST', '/auth/logout');

  const nobody = await request(t.url).get(FORWARD);
  const ended = await request(t.url).get(FORWARD).set('cookie', cookie);

  expect(nobody.body.error).toMatchObject({ code: 'UNAUTHENTICATED', traceId: nobody.get('x-trace-id') });
  expect(ended.body.error).toMatchObject({ code: 'SESSION_ENDED', details: { reason: 'logged_out' } });
  for (const { status, headers } of [nobody, ended]) {
    expect(status).toBe(401);
    expect(headers).not.toHaveProperty('x-auth-user');
  }
});

test('what a client calls itself is of no interest', async () => {
  await using t = await createTestAuth();
  const { status, headers } = await request(t.url).get(FORWARD).set({ 'x-auth-user': 'root', 'x-auth-role': 'admin' });
  expect(status).toBe(401);
  expect(headers).not.toHaveProperty('x-auth-role');
});

test('sends people to the login page where the proxy asks for it, and back to a page of this origin only', async () => {
  await using t = await createTestAuth({ publicUrl: 'https://app.example.com' });
  const locationFor = async (headers: Record<string, string>) =>
    (
      await request(t.url)
        .get(`${FORWARD}?redirect=login`)
        .set({ ...PAGE, ...headers })
    ).get('location');

  expect(await locationFor({})).toBe('https://app.example.com/login');
  expect(await locationFor({ 'x-forwarded-host': 'app.example.com', 'x-forwarded-uri': '/notes?page=2' })).toBe(
    'https://app.example.com/login?next=%2Fnotes%3Fpage%3D2',
  );
  expect(await locationFor({ 'x-forwarded-host': 'evil.example', 'x-forwarded-uri': '/notes' })).toBe(
    'https://app.example.com/login',
  );
  expect((await request(t.url).get(`${FORWARD}?redirect=login`).set('accept', 'application/json')).status).toBe(401);
  expect((await request(t.url).get(FORWARD).set(PAGE)).status).toBe(401);
});

test('is not limited per address, for all of its requests come from the proxy', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 0.01 });
  for (let count = 0; count < 30; count += 1) expect((await request(t.url).get(FORWARD)).status).toBe(401);
});

test('answers GET and HEAD only', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  expect(
    (
      await request(t.url)
        .head(FORWARD)
        .set('cookie', ada.cookie ?? '')
    ).status,
  ).toBe(200);
  expect((await request(t.url).post(FORWARD)).body.error.code).toBe('METHOD_NOT_ALLOWED');
});
