import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase } from '@latchkey/auth/testing';
import { expect, inject, test } from 'vitest';
import { ServerProcess } from '../test/server-process.ts';

const withPort = async (): Promise<{ port: string; blocker: Server }> => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const address = blocker.address();
  return { port: String(typeof address === 'object' ? address?.port : 0), blocker };
};

const freePort = async (): Promise<string> => {
  const { port, blocker } = await withPort();
  await new Promise((resolve) => blocker.close(resolve));
  return port;
};

const started = async (environment: Record<string, string> = {}) => {
  const database = await createTestDatabase(inject('postgres'));
  const PORT = await freePort();
  const server = new ServerProcess({ PORT, DATABASE_URL: database.url, BCRYPT_COST: '4', ...environment });
  await server.says('Latchkey is running');
  return {
    server,
    url: `http://127.0.0.1:${PORT}`,
    database,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

test('starts, says where everything is, and serves all of it', async () => {
  await using scene = await started();
  const { server, url } = scene;
  for (const line of ['App ', 'REST API', 'Swagger UI', 'Data', 'create-admin']) expect(server.output).toContain(line);

  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
  expect(await (await fetch(`${url}/ready`)).json()).toEqual({ status: 'ready' });
  expect((await fetch(`${url}/api/v1/auth/config`)).status).toBe(200);
  expect((await fetch(`${url}/docs/`)).status).toBe(200);

  const page = await fetch(`${url}/sessions`, { headers: { accept: 'text/html' } });
  const policy = page.headers.get('content-security-policy') ?? '';
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  expect(await page.text()).toContain(`content="${nonce}"`);
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain('unsafe');
});

const register = (url: string) =>
  fetch(`${url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'tidal-copper-lantern' }),
  });

test('in development mails are in the log and on a page', async () => {
  await using scene = await started();
  await register(scene.url);
  await scene.server.says('#token=');
  expect(scene.server.output).toContain('/dev/mails');
  expect(await (await fetch(`${scene.url}/dev/mails`)).text()).toContain('Verify your e-mail address');
});

test('in production mails are in neither, and the start says that none are sent', async () => {
  await using scene = await started({ NODE_ENV: 'production', BCRYPT_COST: '10' });
  await scene.server.says('MAIL_URL is unset');
  expect((await register(scene.url)).status).toBe(201);
  const page = await fetch(`${scene.url}/dev/mails`, { headers: { accept: 'text/html' } });
  expect(await page.text()).not.toContain('Verify your e-mail address');
  const [mail] = await scene.database.query('select status from auth.mail');
  expect(mail).toEqual({ status: 'pending' });
  await scene.server[Symbol.asyncDispose]();
  expect(scene.server.output).not.toContain('token=');
  // Each line is for a program.
  const lines = scene.server.output.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).msg)).toContain('Latchkey is running');
});

test('what is neither page nor file is a 404 in the error contract', async () => {
  await using scene = await started();
  for (const path of ['/assets/nope.js', '/nope.png', '/api/v2/me', '/.env']) {
    const response = await fetch(scene.url + path, { headers: { accept: '*/*' } });
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  }
});

test('the page comes with its policy and its nonce under each of its names', async () => {
  await using scene = await started();
  const response = await fetch(`${scene.url}/index.html`, { headers: { accept: 'text/html' } });
  expect(response.url).toBe(`${scene.url}/`);
  expect(response.headers.get('content-security-policy')).toContain('nonce-');
  expect(await response.text()).not.toContain('__CSP_NONCE__');
  const file = await fetch(`${scene.url}/favicon.svg`);
  expect([file.status, file.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
});

test('requests for files that cannot be met are the fault of who asks', async () => {
  await using scene = await started();
  for (const [path, headers] of [
    ['/docs/swagger-ui.css', { range: 'bytes=99999999-' }],
    ['/favicon.svg', { 'if-match': '"x"' }],
    ['/assets/%ff', {}],
    ['/%', {}],
  ] as const) {
    const response = await fetch(scene.url + path, { headers });
    expect([path, response.status < 500]).toEqual([path, true]);
    expect(await response.json()).toMatchObject({ error: { traceId: response.headers.get('x-trace-id') } });
  }
});

test.each([
  ['a proxy that is trusted', { TRUST_PROXY: 'loopback' }, '203.0.113.7'],
  ['anybody else', {}, '127.0.0.1'],
])('X-Forwarded-For of %s', async (_who, environment, address) => {
  await using scene = await started(environment);
  const response = await fetch(`${scene.url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'tidal-copper-lantern' }),
  });
  expect(await response.json()).toMatchObject({ session: { ipAddress: address } });
});

test('headers of 60 kB are refused in the error contract', async () => {
  await using scene = await started();
  const response = await fetch(`${scene.url}/api/v1/me`, { headers: { 'user-agent': 'x'.repeat(60_000) } });
  expect(response.status).toBe(431);
  expect(await response.json()).toMatchObject({
    error: { code: 'HEADERS_TOO_LARGE', traceId: response.headers.get('x-trace-id') },
  });
});

test('says so when the port is taken, before it touches anything', async () => {
  const { port, blocker } = await withPort();
  await using server = new ServerProcess({ PORT: port });
  expect(await server.ended()).toBe(1);
  expect(server.output.trim()).toBe(
    `Port ${port} is taken. Choose another one, for example: PORT=${Number(port) + 1} npx -y pnpm@12 start`,
  );
  blocker.close();
});

test('lists what is wrong with the settings', async () => {
  await using server = new ServerProcess({ PORT: 'x', LOG_LEVEL: 'loud' });
  expect(await server.ended()).toBe(1);
  expect(server.output).toContain(
    '  - PORT: Use a whole number.\n  - LOG_LEVEL: Use debug, info, warn, error or silent.',
  );
});

test('says so when the database cannot be used', async () => {
  await using server = new ServerProcess({
    PORT: await freePort(),
    DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:1/nothing',
  });
  expect(await server.ended()).toBe(1);
  expect(server.output).toMatch(/DATABASE_URL \(127\.0\.0\.1:1\/nothing\) cannot be used/);
  expect(server.output).not.toContain('secret');
});

test('production refuses a superuser', async () => {
  await using server = new ServerProcess({
    PORT: await freePort(),
    NODE_ENV: 'production',
    DATABASE_URL: inject('postgres').superuserUrl,
  });
  expect(await server.ended()).toBe(1);
  expect(server.output).toContain('its role is a superuser');
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s stops it cleanly, twice does no harm, and what was pending is written',
  async (signal) => {
    await using scene = await started();
    const { server, url, database } = scene;
    const response = await fetch(`${url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', password: 'tidal-copper-lantern' }),
    });
    expect(response.status).toBe(201);
    await database.query(`update auth.session set last_active_at = last_active_at - interval '30 minutes'`);
    await fetch(`${url}/api/v1/me`, { headers: { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' } });

    server.child.kill(signal);
    await delay(10);
    server.child.kill(signal);

    expect(await server.ended()).toBe(0);
    const rows = await database.query(`select 1 from auth.session where last_active_at > now() - interval '5 minutes'`);
    expect(rows).toHaveLength(1);
  },
);

test('the command line makes an administrator, beside the running service', async () => {
  await using scene = await started();
  const { url, database } = scene;
  await fetch(`${url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'tidal-copper-lantern' }),
  });
  const DATABASE_URL = database.url;

  await using unknown = new ServerProcess({ DATABASE_URL }, 'cli.ts', ['create-admin', 'bob@example.com']);
  expect(await unknown.ended()).toBe(1);
  expect(unknown.output).toContain('There is no account with the address bob@example.com');

  await using known = new ServerProcess({ DATABASE_URL }, 'cli.ts', ['create-admin', 'Ada@example.com', '--json']);
  expect(await known.ended()).toBe(0);
  expect(JSON.parse(known.output)).toMatchObject({ role: 'admin' });
  expect(await database.query(`select role from auth."user"`)).toEqual([{ role: 'admin' }]);

  await using help = new ServerProcess({}, 'cli.ts', ['--help']);
  expect(await help.ended()).toBe(0);
  expect(help.output).toContain('create-admin');
});
