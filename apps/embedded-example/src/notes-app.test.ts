import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createTestAuth, PASSWORD } from '@latchkey/auth/testing';
import { createAuthClient } from '@latchkey/client';
import { expect, test } from 'vitest';
import { createNotesApp } from './notes-app.ts';

test('notes belong to whoever is logged in, and to nobody without a session', async () => {
  await using t = await createTestAuth();
  const server = createNotesApp(t.auth).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const cookies: string[] = [];
  const client = createAuthClient({
    url,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      cookies.push(...response.headers.getSetCookie().map((line) => line.split(';')[0] ?? ''));
      return response;
    },
  });
  await client.auth.register.mutate({ email: 'ada@example.com', password: PASSWORD });
  const headers = { cookie: cookies.find((pair) => pair.startsWith('latchkey_session=')) ?? '', origin: url };

  const anonymous = await fetch(`${url}/notes`);
  const saved = await fetch(`${url}/notes`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'text/plain' },
    body: 'Buy keys',
  });
  const mine = await (await fetch(`${url}/notes`, { headers })).json();
  await client.auth.logout.mutate();
  const afterwards = await fetch(`${url}/notes`, { headers });

  expect(anonymous.status).toBe(401);
  expect(saved.status).toBe(201);
  expect(mine).toEqual(['Buy keys']);
  expect(await afterwards.json()).toMatchObject({
    error: { code: 'SESSION_ENDED', details: { reason: 'logged_out' } },
  });
  server.close();
});
