import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createTestDatabase } from '@latchkey/auth/testing';
import { isRedisMissing, startRedisServer, subscribeTo } from '@latchkey/auth/testing/redis';
import { expect, inject, test } from 'vitest';
import { ServerProcess } from '../test/server-process.ts';
import { findFreePort } from './find-free-port.ts';

const PATIENCE = { timeout: 15_000 };

const started = async (environment: Record<string, string>) => {
  const port = await findFreePort();
  const server = new ServerProcess({ PORT: String(port), BCRYPT_COST: '4', ...environment });
  await server.says('Stop with Ctrl-C');
  return { server, url: `http://127.0.0.1:${port}` };
};

const readiness = async (url: string) => {
  const answer = await fetch(`${url}/ready`);
  return [answer.status, await answer.json()];
};

test.skipIf(isRedisMissing)(
  'the server publishes to REDIS_URL, and is ready without it',
  async () => {
    await using database = await createTestDatabase(inject('postgres'));
    await using redis = await startRedisServer();
    await using subscriber = await subscribeTo(redis.url);
    const { server, url } = await started({ DATABASE_URL: database.url, REDIS_URL: redis.url });
    await using _server = server;
    await expect.poll(() => readiness(url), PATIENCE).toEqual([200, { status: 'ready', redis: 'ready' }]);
    const registered = await fetch(`${url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', password: 'tidal-copper-lantern' }),
    });
    expect(registered.status).toBe(201);
    await expect.poll(() => subscriber.heard.map(({ channel }) => channel), PATIENCE).toContain('auth:user.registered');

    await redis.kill();
    await expect.poll(() => readiness(url), PATIENCE).toEqual([200, { status: 'ready', redis: 'unavailable' }]);
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
  },
  60_000,
);

test('who does not use Redis does not load its driver', async () => {
  const script = `
    import { createRequire } from 'node:module';
    await import('./src/start-server.ts');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('ioredis'));
    const before = loaded();
    await import('@latchkey/auth/redis');
    process.stdout.write(JSON.stringify([before, loaded()]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: `${import.meta.dirname}/..`,
  });
  expect(JSON.parse(stdout)).toEqual([false, true]);
}, 60_000);
