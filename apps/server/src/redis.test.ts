import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase } from '@latchkey/auth/testing';
import { isRedisMissing, startRedisServer, subscribeTo } from '@latchkey/auth/testing/redis';
import { generate } from 'selfsigned';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ServerProcess } from '../test/server-process.ts';
import { findFreePort } from './find-free-port.ts';

const PATIENCE = { timeout: 15_000 };

const started = async (environment: Record<string, string>) => {
  const port = await findFreePort();
  const server = new ServerProcess({ PORT: String(port), BCRYPT_COST: '4', ...environment });
  await server.says('Latchkey is running');
  return { server, url: `http://127.0.0.1:${port}` };
};

const register = (url: string) =>
  fetch(`${url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'tidal-copper-lantern' }),
  });

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
    expect((await register(url)).status).toBe(201);
    await expect.poll(() => subscriber.heard.map(({ channel }) => channel), PATIENCE).toContain('auth:user.registered');

    await redis.kill();
    await expect.poll(() => readiness(url), PATIENCE).toEqual([200, { status: 'ready', redis: 'unavailable' }]);
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
  },
  60_000,
);

/** A certificate for this machine, signed by itself, as files. */
const makeCertificate = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      // RFC 5280 §4.2.1.6: 2 is a name.
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  await writeFile(files.cert, cert);
  await writeFile(files.key, key);
  return files;
};

test.skipIf(isRedisMissing)(
  'with rediss:// the certificate is checked, and the authority may be one of your own',
  async () => {
    await using database = await createTestDatabase(inject('postgres'));
    const { cert, key } = await makeCertificate();
    const port = await findFreePort();
    await using redis = await startRedisServer([
      `tls-port ${port}`,
      `tls-cert-file ${cert}`,
      `tls-key-file ${key}`,
      'tls-auth-clients no',
    ]);
    await using subscriber = await subscribeTo(redis.url);
    const settings = { DATABASE_URL: database.url, REDIS_URL: `rediss://localhost:${port}` };

    const suspicious = await started(settings);
    await using _suspicious = suspicious.server;
    await expect.poll(() => suspicious.server.output, PATIENCE).toMatch(/Redis is away.*self-signed certificate/s);
    expect(await readiness(suspicious.url)).toEqual([200, { status: 'ready', redis: 'unavailable' }]);

    const trusting = await started({ ...settings, NODE_EXTRA_CA_CERTS: cert });
    await using _trusting = trusting.server;
    await expect.poll(() => readiness(trusting.url), PATIENCE).toEqual([200, { status: 'ready', redis: 'ready' }]);
    expect((await register(trusting.url)).status).toBe(201);
    await expect.poll(() => subscriber.heard.map(({ channel }) => channel), PATIENCE).toContain('auth:user.registered');
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
