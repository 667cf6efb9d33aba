import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Browser } from '../../../test/browser.ts';
import { createTestAuth, PASSWORD } from '../../../test/create-test-auth.ts';
import { BreachedPasswords } from './breached-passwords.ts';

const digestOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase();
const SUFFIX = digestOf(PASSWORD).slice(5);
const OTHER = '0018A45C4D1DEF81644B54AB7F969B88D65';

/** Stands in for Have I Been Pwned. */
const startRangeApi = async (answer: (req: IncomingMessage, res: ServerResponse) => void) => {
  const asked: IncomingMessage[] = [];
  const server = createServer((req, res) => {
    asked.push(req);
    answer(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const rows =
  (...lines: string[]) =>
  (_req: IncomingMessage, res: ServerResponse) =>
    void res.end(lines.join('\r\n'));

const registerWith = async (answer: Parameters<typeof startRangeApi>[0]) => {
  await using api = await startRangeApi(answer);
  await using t = await createTestAuth({ password: { breachedCheck: { url: api.url } } });
  const { status, body } = await new Browser(t).register('ada@example.com');
  return { status, body, asked: api.asked, warnings: t.log.filter(({ level }) => level === 'warn') };
};

test('refuses a password that is known from a breach, and says so', async () => {
  const { status, body, warnings } = await registerWith(rows(`${OTHER}:3`, `${SUFFIX}:1`));
  expect([status, body.error.code]).toEqual([400, 'PASSWORD_TOO_WEAK']);
  expect(body.error.message).toBe('This password is known from a data breach. Choose another one.');
  expect(warnings).toEqual([]);
});

test('refuses it over tRPC alike', async () => {
  await using api = await startRangeApi(rows(`${SUFFIX}:1`));
  await using t = await createTestAuth({ password: { breachedCheck: { url: api.url } } });
  const { status, body } = await new Browser(t).mutate('auth.register', {
    email: 'ada@example.com',
    password: PASSWORD,
  });
  expect([status, body.error.data.code]).toEqual([400, 'PASSWORD_TOO_WEAK']);
  expect(await t.database.query('select 1 from auth."user"')).toEqual([]);
});

test('five digits go out and nothing else, with padding asked for', async () => {
  const { asked } = await registerWith(rows(`${OTHER}:3`));
  expect(asked.map(({ url, method }) => [method, url])).toEqual([['GET', `/range/${digestOf(PASSWORD).slice(0, 5)}`]]);
  expect(asked[0]?.headers).toMatchObject({ 'add-padding': 'true', 'user-agent': 'Latchkey' });
  expect(JSON.stringify(asked[0]?.rawHeaders)).not.toContain('ada@example.com');
});

test.each([
  ['that it is not on the list', rows(`${OTHER}:3`)],
  ['padding', rows(`${SUFFIX}:0`, `${OTHER}:0`)],
  ['an empty list', rows('')],
])('accepts a password when the answer is %s', async (_what, answer) => {
  const { status, warnings } = await registerWith(answer);
  expect(status).toBe(201);
  expect(warnings).toEqual([]);
});

test.each([
  ['fails', (_req: IncomingMessage, res: ServerResponse) => void res.writeHead(500).end(`${SUFFIX}:1`)],
  ['limits us', (_req: IncomingMessage, res: ServerResponse) => void res.writeHead(429).end()],
  ['hangs up', (req: IncomingMessage) => void req.socket.destroy()],
  ['answers something else', rows('<html>', `${SUFFIX}:1`)],
  [
    'sends us elsewhere',
    (_req: IncomingMessage, res: ServerResponse) => void res.writeHead(302, { location: '/elsewhere' }).end(),
  ],
  ['talks without end', (_req: IncomingMessage, res: ServerResponse) => talk(res)],
  ['never answers', () => {}],
  ['stops in the middle', (_req: IncomingMessage, res: ServerResponse) => void res.write(`${OTHER}:3\r\n`)],
])('accepts a password and warns when the list %s', async (_what, answer) => {
  const { status, warnings, asked } = await registerWith(answer);
  expect(status).toBe(201);
  expect(asked).toHaveLength(1);
  expect(warnings.map(({ message }) => message)).toEqual([
    'Breached passwords could not be looked up; new ones are accepted without',
  ]);
  expect(JSON.stringify(warnings)).not.toContain(SUFFIX);
});

/** Rows and rows, for as long as anybody listens. */
const talk = (res: ServerResponse): void => {
  const go = () => {
    while (!res.destroyed && res.write(`${OTHER}:3\r\n`.repeat(1000))) {}
  };
  res.on('drain', go);
  go();
};

test('warns once a minute at most', async () => {
  const clock = { at: 0, now: () => new Date(clock.at) };
  const warnings: string[] = [];
  const logger = { debug() {}, info() {}, warn: (_: object, message: string) => warnings.push(message), error() {} };
  await using api = await startRangeApi((_req, res) => void res.writeHead(503).end());
  const breached = new BreachedPasswords({ url: api.url, clock, logger });
  for (const [at, count] of [
    [0, 1],
    [59_999, 1],
    [60_000, 2],
    [61_000, 2],
  ] as const) {
    clock.at = at;
    expect(await breached.includes(PASSWORD)).toBe(false);
    expect(warnings).toHaveLength(count);
  }
});

test('asks nobody unless it is switched on, and not about what is refused anyway', async () => {
  await using api = await startRangeApi(rows(''));
  await using t = await createTestAuth({ password: { breachedCheck: { url: api.url } } });
  await new Browser(t).register('ada@example.com', 'password');
  expect(api.asked).toEqual([]);
});
