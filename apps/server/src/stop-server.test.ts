import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createTestDatabase } from '@latchkey/auth/testing';
import { createDatabaseProxy } from '@latchkey/auth/testing/database-proxy';
import { expect, inject, test } from 'vitest';
import { ServerProcess } from '../test/server-process.ts';
import { findFreePort } from './find-free-port.ts';

/** A server behind whose back its database can freeze. */
const started = async (environment: Record<string, string> = {}) => {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await createTestDatabase(inject('postgres')));
  const proxy = resources.use(await createDatabaseProxy(database.url));
  const port = await findFreePort();
  const server = resources.use(
    new ServerProcess({ PORT: String(port), DATABASE_URL: proxy.url, BCRYPT_COST: '4', ...environment }),
  );
  await server.says('Latchkey is running');
  const kept = resources.move();
  return {
    server,
    port,
    proxy,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const register = (url: string) =>
  post(`${url}/api/v1/auth/register`, { email: 'ada@example.com', password: 'tidal-copper-lantern' });

const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';

/** A client that says this much and then nothing more. */
const hangingClient = async (port: number, words: string): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(words);
  return socket;
};

/** A request of which the server has read the headers, and waits for the rest. */
const beginRegistering = async (url: string): Promise<ClientRequest> => {
  const headers = { 'content-type': 'application/json', expect: '100-continue' };
  const registering = request(`${url}/api/v1/auth/register`, { method: 'POST', headers });
  registering.flushHeaders();
  await once(registering, 'continue');
  return registering;
};

test('what is under way at SIGTERM is answered', async () => {
  await using scene = await started();
  const registering = await beginRegistering(scene.url);
  scene.server.child.kill('SIGTERM');
  const isListening = () => fetch(`${scene.url}/health`).then(Boolean, () => false);
  await expect.poll(isListening, { interval: 10 }).toBe(false);

  registering.end(JSON.stringify({ email: 'ada@example.com', password: 'tidal-copper-lantern' }));
  const [answer]: IncomingMessage[] = await once(registering, 'response');
  expect(answer?.statusCode).toBe(201);
  answer?.resume();
  expect(await scene.server.ended()).toBe(0);
});

test('during the delay it is not ready and serves all the same; connections are let go', async () => {
  await using scene = await started({ SHUTDOWN_DELAY_SECONDS: '300' });
  scene.server.child.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${scene.url}/ready`)).status, { interval: 10 }).toBe(503);
  expect((await fetch(`${scene.url}/health`)).status).toBe(200);
  const response = await register(scene.url);
  expect([response.status, response.headers.get('connection')]).toEqual([201, 'close']);
  scene.server.child.kill('SIGTERM');
  const me = await fetch(`${scene.url}/api/v1/me`, { headers: { cookie: cookieOf(response) } });
  expect(me.status).toBe(200);
  scene.server.child.kill('SIGKILL');
});

test('after the delay it stops as it would without', async () => {
  await using scene = await started({ SHUTDOWN_DELAY_SECONDS: '1' });
  scene.server.child.kill('SIGTERM');
  expect(await scene.server.ended()).toBe(0);
});

test('open streams are told when to come back', async () => {
  await using scene = await started();
  const cookie = cookieOf(await register(scene.url));
  const stream = await fetch(`${scene.url}/api/v1/auth/sessions/changes`, { headers: { cookie } });
  scene.server.child.kill('SIGTERM');
  const text = await stream.text();
  expect(text).toMatch(/^retry: \d{4}\n/);
  expect(text).toContain('UNAVAILABLE');
  expect(await scene.server.ended()).toBe(0);
});

test('with clients that hang and a database that is frozen it still ends by itself in time', async () => {
  await using scene = await started();
  const { server, port, proxy, url } = scene;
  const cookie = cookieOf(await register(url));
  await fetch(`${url}/api/v1/me`, { headers: { cookie } });
  const clients = await Promise.all([
    hangingClient(port, 'GET /api/v1/me HTTP/1.1\r\nHost: x\r\n'),
    hangingClient(port, 'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{'),
    hangingClient(port, ''),
  ]);
  const stream = await fetch(`${url}/api/v1/auth/sessions/changes`, { headers: { cookie } });
  proxy.freeze();
  const pending = fetch(`${url}/api/v1/auth/sessions`, { headers: { cookie } }).catch(() => null);

  server.child.kill('SIGTERM');
  server.child.kill('SIGTERM');

  // Ten seconds are its own limit: past them it gives up with exit code 1.
  expect(await server.ended()).toBe(0);
  expect(server.output).not.toContain('cut short.');
  for (const client of clients) client.destroy();
  await stream.text().catch(() => {});
  await pending;
});

test('with a database that is frozen it is alive and not ready, without keeping anybody waiting', async () => {
  await using scene = await started();
  expect((await fetch(`${scene.url}/ready`)).status).toBe(200);
  scene.proxy.freeze();
  const asked = performance.now();
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${scene.url}/ready`)));
  const waited = performance.now() - asked;
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 503));
  expect(answers[0]?.headers.get('retry-after')).toBe('1');
  // Less than a second is the limit; a request to a frozen database waits for more than two.
  expect(waited).toBeLessThan(2000);
  expect((await fetch(`${scene.url}/health`)).status).toBe(200);
  scene.proxy.restore();
  await expect.poll(async () => (await fetch(`${scene.url}/ready`)).status, { timeout: 15_000 }).toBe(200);
});
