import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registered } from './browser.ts';
import { createTestAuth, type TestAuth } from './create-test-auth.ts';

const CONFIG = join(import.meta.dirname, '../../../docker/nginx/latchkey.conf');

const hasNginx = spawnSync('nginx', ['-v']).status === 0;
if (!hasNginx) process.stderr.write('Skipped: nginx is not on this machine, so forward auth is not tried behind it.\n');

interface World {
  t: TestAuth;
  /** The app behind the proxy: tells which headers reached it. */
  app: Server;
  nginx: ChildProcess;
  folder: string;
  url: string;
}

const world: { current: World | null } = { current: null };

const here = (): World => {
  if (world.current === null) throw new Error('The scene is not set');
  return world.current;
};

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;

const findFreePort = async (): Promise<number> => {
  const probe = createTcpServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe);
  probe.close();
  return port;
};

const untilOpen = async (port: number): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await delay(50);
  }
  throw new Error('nginx does not listen');
};

describe.skipIf(!hasNginx)('behind a real nginx', () => {
  beforeAll(async () => {
    const t = await createTestAuth();
    const app = createServer((req, res) => res.end(JSON.stringify(req.headers))).listen(0, '127.0.0.1');
    await once(app, 'listening');
    const port = await findFreePort();
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-nginx-'));
    await chmod(folder, 0o755);
    const example = (await readFile(CONFIG, 'utf8'))
      .replace('127.0.0.1:4000', new URL(t.url).host)
      .replace('127.0.0.1:8080', `127.0.0.1:${portOf(app)}`)
      .replace('listen 8000', `listen 127.0.0.1:${port}`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    await writeFile(
      join(folder, 'nginx.conf'),
      `pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${temporary.join(' ')} ${example} }`,
    );
    const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-g', 'daemon off;'], {
      stdio: 'ignore',
    });
    await untilOpen(port);
    world.current = { t, app, nginx, folder, url: `http://127.0.0.1:${port}` };
  });

  afterAll(async () => {
    const { t, app, nginx, folder } = here();
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
    app.closeAllConnections();
    app.close();
    await t[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test('the app behind it is told who calls, and claims of the client do not reach it', async () => {
    const { t, url } = here();
    const ada = await registered(t, 'ada@example.com');
    const { user, session } = (await ada.rest('GET', '/me')).body;
    const claims = { 'x-auth-user': 'root', 'X-AUTH-ROLE': 'admin', 'x-auth-session': 'mine', x_auth_user: 'root' };

    const response = await fetch(`${url}/notes`, { headers: { cookie: ada.cookie ?? '', ...claims } });

    const seen = await response.json();
    expect(response.status).toBe(200);
    expect(seen).toMatchObject({ 'x-auth-user': user.id, 'x-auth-session': session.id, 'x-auth-role': 'user' });
    expect(JSON.stringify(seen)).not.toMatch(/root|admin|mine/);
  });

  test('nobody gets past it: programs are refused, people sent to the login page', async () => {
    const { url } = here();
    const program = await fetch(`${url}/notes`, { headers: { 'x-auth-user': 'root' } });
    expect(program.status).toBe(401);
    expect(await program.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });

    const person = await fetch(`${url}/notes?page=2`, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect(person.status).toBe(302);
    expect(person.headers.get('location')).toMatch(/\/login\?next=\/notes\?page=2$/);
  });

  test('a session that is revoked is refused at the next request', async () => {
    const { t, url } = here();
    const bea = await registered(t, 'bea@example.com');
    const headers = { cookie: bea.cookie ?? '' };
    expect((await fetch(`${url}/notes`, { headers })).status).toBe(200);
    await bea.rest('POST', '/auth/logout');
    expect((await fetch(`${url}/notes`, { headers })).status).toBe(401);
  });

  test('the API is reached through it, too', async () => {
    const { url } = here();
    expect((await fetch(`${url}/api/v1/auth/config`)).status).toBe(200);
  });
});
