import express from 'express';
import request from 'supertest';
import { expect, test } from 'vitest';
import { call, createTokenAuth, loggedInWithTokens, registeredWithTokens } from '../../../test/bearer.ts';
import { PASSWORD } from '../../../test/create-test-auth.ts';
import { readEvents } from '../../../test/event-reader.ts';
import { principalOf } from '../../index.ts';
import { connectAuth } from '../../remote/index.ts';

test('the guards of a host app take access tokens, in process and from another service, without Origin', async () => {
  await using t = await createTokenAuth();
  const { accessToken, refreshToken } = await registeredWithTokens(t, 'ada@example.com');
  const remote = connectAuth({ url: t.url, publicUrl: 'http://localhost:4000' });
  for (const guard of [t.auth.requireSession(), remote.requireSession()]) {
    const app = express();
    app.post('/hello', guard, (req, res) => void res.json(principalOf(req).user.email));
    const post = (token: string) => request(app).post('/hello').set('authorization', `Bearer ${token}`);
    expect((await post(accessToken)).body).toBe('ada@example.com');
    for (const wrong of [refreshToken, 'nonsense', '', `${accessToken}x`])
      expect([wrong, (await post(wrong)).status]).toEqual([wrong, 401]);
  }
});

test('thousands of waiting bearer checks of another service fit into questions that are short enough', async () => {
  await using t = await createTokenAuth({ trustedServices: ['127.0.0.0/8'] });
  const { accessToken } = await registeredWithTokens(t, 'ada@example.com');
  const questions: number[] = [];
  const remote = connectAuth({
    url: t.url,
    fetch: (url, init) => {
      questions.push(String(init.body).length);
      return fetch(url, init);
    },
  });
  const app = express();
  app.get('/hello', remote.requireSession(), (_req, res) => void res.json('hello'));
  const answers = await Promise.all(
    Array.from({ length: 150 }, () => request(app).get('/hello').set('authorization', `Bearer ${accessToken}`)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(questions.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(64 * 1024);
  expect(Math.max(...questions)).toBeLessThan(64 * 1024);
});

test('a stream that was opened with an access token ends with its session', async () => {
  await using t = await createTokenAuth();
  const { accessToken } = await registeredWithTokens(t, 'ada@example.com');
  const other = await loggedInWithTokens(t, 'ada@example.com');
  await using stream = await readEvents(t, { cookie: null }, { bearerToken: accessToken });
  await call(t, 'DELETE /api/v1/auth/sessions/all', { token: other.accessToken });
  const heard = [await stream.next(), await stream.next()];
  expect(heard.at(-1) ?? heard[0]).toMatchObject({
    event: 'ended',
    data: { error: { code: 'SESSION_ENDED', details: { reason: 'revoked' } } },
  });
});

test('where there are no session cookies, none is set and none is looked at', async () => {
  await using t = await createTokenAuth({ sessionCookies: false });
  const body = { email: 'ada@example.com', password: PASSWORD };
  const registered = await call(t, 'POST /api/v1/auth/register', { body });
  expect([registered.status, registered.headers.getSetCookie().join()]).toEqual([
    201,
    expect.not.stringContaining('latchkey_session'),
  ]);
  const login = await call(t, 'POST /api/v1/auth/login', { body });
  expect([login.status, login.body.error.code]).toEqual([403, 'FORBIDDEN']);
  const { accessToken: token } = await loggedInWithTokens(t, 'ada@example.com');
  const sessions = await call(t, 'GET /api/v1/auth/sessions', { token });
  expect(sessions.body.items).toHaveLength(1);
});
