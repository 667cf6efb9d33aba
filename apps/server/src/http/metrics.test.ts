import { get } from 'node:http';
import { createServer } from 'node:net';
import { createTestDatabase } from '@latchkey/auth/testing';
import { expect, inject, test } from 'vitest';
import { ServerProcess } from '../../test/server-process.ts';
import { findFreePort } from '../find-free-port.ts';

const TOKEN = 'a-token-for-the-metrics';

const launch = async (environment: Record<string, string>) => {
  const database = await createTestDatabase(inject('postgres'));
  const port = await findFreePort();
  const server = new ServerProcess({
    PORT: String(port),
    DATABASE_URL: database.url,
    BCRYPT_COST: '10',
    LOG_LEVEL: 'debug',
    ...environment,
  });
  return {
    server,
    port,
    get: (headers: Record<string, string> = {}, at = port) => fetch(`http://127.0.0.1:${at}/metrics`, { headers }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

const started = async (environment: Record<string, string> = {}) => {
  const scene = await launch(environment);
  await scene.server.says('Latchkey is running');
  return scene;
};

test('in development this machine reads the figures of service and process, without limit and without a log line', async () => {
  await using scene = await started({ RATE_LIMIT_FACTOR: '0.01' });
  for (let count = 0; count < 30; count += 1) expect((await scene.get()).status).toBe(200);
  const response = await scene.get();
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  for (const name of [
    'auth_pool_connections_max{pool="main"}',
    'nodejs_eventloop_lag_seconds',
    'process_cpu_seconds_total',
  ])
    expect(text).toContain(`\n${name} `);
  expect(scene.server.output).not.toContain('metrics');
});

test.each([{ 'x-forwarded-for': '203.0.113.7' }, { forwarded: 'for=203.0.113.7' }])(
  'what a proxy on this machine passes on is not from this machine: %o',
  async (headers) => {
    await using scene = await started();
    const response = await scene.get(headers);
    expect([response.status, await response.json()]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
  },
);

test('a page elsewhere that calls this machine by a name of its own reads nothing', async () => {
  await using scene = await started();
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve) => {
      get({ port: scene.port, path: '/metrics', headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
  for (const host of ['rebound.example.com', 'localhost.example.com', 'localhost@example.com'])
    expect([host, await statusFor(host)]).toEqual([host, 404]);
  for (const host of ['localhost', `127.0.0.1:${scene.port}`, '[::1]:4000']) expect(await statusFor(host)).toBe(200);
});

test('in production there is nothing to read without a token', async () => {
  await using scene = await started({ NODE_ENV: 'production' });
  expect((await scene.get()).status).toBe(404);
  expect((await scene.get({ authorization: 'Bearer ' })).status).toBe(404);
});

test.each(['development', 'production'])('with a token in %s, who has it reads, and nobody else', async (NODE_ENV) => {
  await using scene = await started({ NODE_ENV, METRICS_TOKEN: TOKEN });
  for (const authorization of ['', TOKEN, `Bearer ${TOKEN}x`, `Basic ${TOKEN}`]) {
    const response = await scene.get(authorization === '' ? {} : { authorization });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await response.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  }
  const response = await scene.get({ authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.7' });
  expect(response.status).toBe(200);
});

test('on a port of their own they are nowhere else, and nothing else is there', async () => {
  const port = await findFreePort();
  await using scene = await started({ NODE_ENV: 'production', METRICS_PORT: String(port) });
  expect((await scene.get()).status).toBe(404);
  const response = await scene.get({}, port);
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('auth_pool_waiting')]);
  const elsewhere = await fetch(`http://127.0.0.1:${port}/api/v1/auth/config`);
  expect([elsewhere.status, await elsewhere.json()]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
  scene.server.child.kill('SIGTERM');
  expect(await scene.server.ended()).toBe(0);
});

test('the token holds on a port of their own as well', async () => {
  const port = await findFreePort();
  await using scene = await started({ METRICS_PORT: String(port), METRICS_TOKEN: TOKEN });
  expect((await scene.get({}, port)).status).toBe(401);
  expect((await scene.get({ authorization: `Bearer ${TOKEN}` }, port)).status).toBe(200);
});

test('says so when that port is taken', async () => {
  const blocker = createServer();
  const port = await findFreePort();
  await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
  await using scene = await launch({ METRICS_PORT: String(port) });
  expect(await scene.server.ended()).toBe(1);
  expect(scene.server.output).toContain(`METRICS_HOST=127.0.0.1, METRICS_PORT=${port}: listen EADDRINUSE`);
  await new Promise((resolve) => blocker.close(resolve));
});
