import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestAuth, PASSWORD } from './create-test-auth.ts';
import { eventually } from './eventually.ts';

const CONFIG = join(import.meta.dirname, '../../../docker/caddy/rollout.Caddyfile');

const hasCaddy = spawnSync('caddy', ['version']).status === 0;
if (!hasCaddy) process.stderr.write('Skipped: caddy is not on this machine, so the roll-out is not tried behind it.\n');

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;

const findFreePort = async (): Promise<number> => {
  const probe = createTcpServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe);
  probe.close();
  return port;
};

/** Caddy in front of Latchkey and of something older. */
const setScene = async (settings: Record<string, string>) => {
  const t = await createTestAuth();
  const legacy = createServer((_req, res) => res.end('legacy')).listen(0, '127.0.0.1');
  await once(legacy, 'listening');
  const front = createServer((req, res) => (req.url === '/ready' ? res.end() : t.app(req, res))).listen(0, '127.0.0.1');
  await once(front, 'listening');
  const port = await findFreePort();
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: '/tmp',
    SITE_ADDRESS: `http://127.0.0.1:${port}`,
    LATCHKEY: `127.0.0.1:${portOf(front)}`,
    LEGACY: `127.0.0.1:${portOf(legacy)}`,
    ...settings,
  };
  const caddy: ChildProcess = spawn('caddy', ['run', '--config', CONFIG, '--adapter', 'caddyfile'], {
    env,
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => fetch(url).then(Boolean, () => false)).toBe(true);
  return {
    url,
    /** Which of both answers, and what it is remembered by. */
    ask: async (cookie?: string) => {
      const response = await fetch(`${url}/api/v1/auth/config`, {
        headers: { ...(cookie !== undefined && { cookie }) },
      });
      return {
        from: (await response.text()) === 'legacy' ? 'legacy' : response.ok ? 'latchkey' : response.status,
        cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? null,
      };
    },
    [Symbol.asyncDispose]: async () => {
      caddy.kill();
      await once(caddy, 'close');
      front.closeAllConnections();
      front.close();
      legacy.closeAllConnections();
      legacy.close();
      await t[Symbol.asyncDispose]();
    },
  };
};

describe.skipIf(!hasCaddy)('behind a real Caddy that rolls Latchkey out', () => {
  test.each([
    ['all', 'latchkey'],
    ['none', 'legacy'],
  ])('%s: everybody gets the same, whatever they had before', async (ROLLOUT, from) => {
    await using scene = await setScene({ ROLLOUT });
    for (const cookie of [undefined, 'backend=latchkey', 'backend=legacy'])
      expect(await scene.ask(cookie)).toEqual({ from, cookie: null });
  });

  test.each([
    ['g', 'latchkey'],
    ['0', 'legacy'],
  ])('a share below %s: who comes for the first time is drawn, and stays', async (ROLLOUT_BELOW, from) => {
    await using scene = await setScene({ ROLLOUT: 'share', ROLLOUT_BELOW });
    expect(await scene.ask()).toEqual({ from, cookie: `backend=${from}` });
    for (const had of ['latchkey', 'legacy'])
      expect(await scene.ask(`other=1; backend=${had}; another=2`)).toEqual({ from: had, cookie: null });
  });

  test('a share: some get the one and some the other', async () => {
    await using scene = await setScene({ ROLLOUT: 'share', ROLLOUT_BELOW: '8' });
    const answers = await Promise.all(Array.from({ length: 100 }, () => scene.ask()));
    expect(new Set(answers.map(({ from }) => from))).toEqual(new Set(['latchkey', 'legacy']));
    expect(answers.every(({ from, cookie }) => cookie === `backend=${from}`)).toBe(true);
  });

  test('somebody registers through it', async () => {
    await using scene = await setScene({ ROLLOUT: 'share', ROLLOUT_BELOW: 'g' });
    const response = await fetch(`${scene.url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', password: PASSWORD }),
    });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toContain('backend');
  });
});
