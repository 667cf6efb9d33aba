import { type AddressInfo, createServer } from 'node:net';
import { createAuth } from '@latchkey/auth';
import { createTestDatabase, type TestDatabase } from '@latchkey/auth/testing';
import { isRedisMissing, startRedisServer } from '@latchkey/auth/testing/redis';
import { expect, inject, test } from 'vitest';
import { ServerProcess } from '../test/server-process.ts';
import { examineMail } from './cli/doctor/examine-mail.ts';
import { examineRedis } from './cli/doctor/examine-redis.ts';
import { parseSettings } from './env.ts';

const latchkey = async (args: string[], environment: Record<string, string> = {}) => {
  await using command = new ServerProcess({ BCRYPT_COST: '4', ...environment }, 'cli.ts', args);
  const code = await command.ended();
  return { code, output: command.output, json: () => JSON.parse(command.output) };
};

const on = (database: TestDatabase) => ({ DATABASE_URL: database.url });

test.each([
  [[]],
  [['migrate']],
  [['create-admin']],
  [['seed']],
  [['doctor']],
  [['audit', 'verify']],
  [['keys', 'list']],
  [['keys', 'generate']],
  [['keys', 'rotate']],
  [['keys', 'retire']],
])('%o --help has examples and exit codes', async (args) => {
  const { code, output } = await latchkey([...args, '--help']);
  expect(code).toBe(0);
  expect(output).toContain('Usage: latchkey');
  expect(output).toContain('Exit codes: 0 ');
  if (args.length > 0) {
    expect(output).toContain('--json');
    expect(output).toContain(`latchkey ${args.join(' ')}`);
  }
});

test('seeds accounts once, with passwords that work; a second time it leaves them alone', async () => {
  await using database = await createTestDatabase(inject('postgres'));

  const first = await latchkey(['seed', '--users', '2', '--json'], on(database));
  const second = await latchkey(['seed', '--users', '3', '--json'], on(database));

  const { users } = first.json();
  expect(users.map(({ email, role }: { email: string; role: string }) => [email, role])).toEqual([
    ['admin@example.com', 'admin'],
    ['ada@example.com', 'user'],
    ['grace@example.com', 'user'],
  ]);
  expect(new Set(users.map(({ password }: { password: string }) => password)).size).toBe(3);
  expect(second.json().users.map(({ password }: { password: string | null }) => password !== null)).toEqual([
    false,
    false,
    false,
    true,
  ]);
  await using auth = await createAuth({ databaseUrl: database.url });
  const caller = auth.router.createCaller(auth.createLocalContext()()) as {
    auth: { login(input: object): Promise<{ user: { role: string } }> };
  };
  const { email, password } = users[0];
  expect((await caller.auth.login({ email, password })).user.role).toBe('admin');
});

test('seeds nothing in production', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const { code, output } = await latchkey(['seed'], { ...on(database), NODE_ENV: 'production', BCRYPT_COST: '10' });
  expect([code, output]).toEqual([1, expect.stringContaining('NODE_ENV is production')]);
  expect(await database.query('select 1 from auth."user"')).toEqual([]);
});

test('looks after the keys of tokens: made, announced, retired', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const keys = (...args: string[]) => latchkey(['keys', ...args], { ...on(database), JWT_ALG: 'ES256' });

  expect((await keys('list')).output).toContain('There is no key yet.');
  const { kid } = (await keys('generate', '--json')).json();
  const again = await keys('generate');
  expect([again.code, again.output]).toEqual([1, expect.stringContaining('rotate it')]);
  const rotated = (await keys('rotate', '--json')).json();
  expect(Date.parse(rotated.signsFrom)).toBeGreaterThan(Date.now() + 300_000);
  const states = async () =>
    (await keys('list', '--json')).json().keys.map((key: { kid: string; state: string }) => [key.kid, key.state]);
  expect(await states()).toEqual([
    [kid, 'signing'],
    [rotated.kid, 'announced'],
  ]);
  await keys('retire', rotated.kid);
  expect(await states()).toEqual([
    [kid, 'signing'],
    [rotated.kid, 'retired'],
  ]);
  const unknown = await keys('retire', 'nothing');
  expect([unknown.code, unknown.output]).toEqual([1, expect.stringContaining('no key of this id')]);
});

test('says that passwords are shown once where it shows some, and that nothing was made where it makes nothing', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const first = await latchkey(['seed', '--users', '0'], on(database));
  const second = await latchkey(['seed', '--users', '0'], on(database));
  expect(first.output).toContain('The passwords are shown this once.');
  expect(second.output).toMatch(/\(exists already\)\n\nNo account was made\.\n$/);

  const promoted = await latchkey(['create-admin', 'admin@example.com'], on(database));
  expect([promoted.code, promoted.output]).toEqual([0, expect.stringContaining('is an administrator already.')]);
});

test('what is no e-mail address is called that', async () => {
  const { code, json } = await latchkey(['create-admin', 'notanemail', '--json'], {
    DATABASE_URL: 'postgresql://nowhere.invalid/db',
  });
  expect([code, json()]).toEqual([1, { error: '"notanemail" is no e-mail address.' }]);
});

test('a failure is JSON, too, when JSON was asked for', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const { code, json } = await latchkey(['create-admin', 'nobody@example.com', '--json'], on(database));
  expect(code).toBe(1);
  expect(json()).toEqual({ error: expect.stringContaining('There is no account with the address nobody@example.com') });
});

test('verifies the audit log: 0 and its head while it is whole, 1 and the row once it is not', {
  timeout: 60_000,
}, async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await latchkey(['seed', '--users', '2'], on(database));
  await using auth = await createAuth({ databaseUrl: database.url });
  await auth.maintain();

  const whole = await latchkey(['audit', 'verify', '--json'], on(database));
  expect(whole.code).toBe(0);
  const { ok, verified, head } = whole.json();
  expect([ok, verified, head.position]).toEqual([true, 3, 3]);
  const expected = `${head.position}:${head.hash}`;
  const asText = await latchkey(['audit', 'verify', '--expect-head', expected], on(database));
  expect([asText.code, asText.output]).toEqual([0, expect.stringContaining(`head                 ${expected}`)]);

  await database.query(
    `set session_replication_role = replica; delete from auth.event where id = (select max(id::text)::uuid from auth.event); delete from auth.event_seal where position = 3; set session_replication_role = default`,
  );
  expect((await latchkey(['audit', 'verify'], on(database))).code).toBe(0);
  const cut = await latchkey(['audit', 'verify', '--expect-head', expected, '--json'], on(database));
  expect([cut.code, cut.json().problem.kind]).toEqual([1, 'cut']);

  await database.query(
    `set session_replication_role = replica; update auth.event set data = '{"role": "user"}' where data = '{"role": "admin"}'; set session_replication_role = default`,
  );
  const altered = await latchkey(['audit', 'verify'], on(database));
  expect([altered.code, altered.output]).toEqual([
    1,
    expect.stringMatching(/Event [0-9a-f-]{36} at position 1 is not/),
  ]);
});

test('a head of another form is refused with what to do', async () => {
  const { code, output } = await latchkey(['audit', 'verify', '--expect-head', '7']);
  expect([code, output]).toEqual([1, expect.stringContaining('a position, a colon and 64 digits')]);
});

const findingsOf = async (environment: Record<string, string>) => {
  const { code, json } = await latchkey(['doctor', '--json'], environment);
  const { ok, findings } = json();
  const problems: Record<string, string | null> = {};
  for (const { what, problem } of findings) problems[what] = problem;
  return { code, ok, problems };
};

test('the doctor finds a sound service sound', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  // With the tables of the modules that are on by default.
  await latchkey(['migrate'], on(database));
  const { code, ok, problems } = await findingsOf(on(database));
  expect(problems).toEqual({
    settings: null,
    'public address': null,
    proxy: null,
    cookie: null,
    database: null,
    'database version': null,
    'database role': null,
    clocks: null,
    schema: null,
    'search index': null,
    redis: null,
    mail: null,
  });
  expect([code, ok]).toEqual([0, true]);
});

test('the doctor says what to do about each thing that is wrong, and changes nothing', async () => {
  const { superuserUrl } = inject('postgres');
  await using database = await createTestDatabase(inject('postgres'), { isEmpty: true });
  const { code, problems } = await findingsOf({
    DATABASE_URL: Object.assign(new URL(superuserUrl), { pathname: new URL(database.url).pathname }).href,
    PUBLIC_URL: 'https://auth.example.com',
    REDIS_URL: 'redis://127.0.0.1:1',
  });
  expect(code).toBe(1);
  expect(problems).toMatchObject({
    proxy: expect.stringContaining('TRUST_PROXY'),
    'database role': expect.stringContaining('CREATE ROLE'),
    schema: expect.stringContaining('latchkey migrate'),
    redis: expect.stringContaining('(127.0.0.1:1) cannot be used: connect ECONNREFUSED'),
  });
  expect(await database.query(`select 1 where to_regnamespace('auth') is not null`)).toEqual([]);
});

test('the doctor finds a mail server that does not answer, and production without one', async () => {
  const settings = parseSettings({});
  const away = { ...settings, auth: { ...settings.auth, mail: { url: 'smtp://127.0.0.1:1' } } };
  expect((await examineMail(away)).problem).toContain('MAIL_URL (127.0.0.1:1) cannot be used: connect ECONNREFUSED');
  expect((await examineMail({ ...settings, isProduction: true })).problem).toContain('MAIL_URL is unset');
});

test.skipIf(isRedisMissing)('the doctor gets in to Redis, and tells it from something else that listens', async () => {
  await using redis = await startRedisServer(['requirepass secret']);
  const server = createServer((socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const problemAt = async (url: string) => (await examineRedis(url)).problem;

  expect(await problemAt(`redis://:secret@127.0.0.1:${redis.port}/1`)).toBeNull();
  expect(await problemAt(`redis://:wrong@127.0.0.1:${redis.port}`)).toContain('cannot be used: WRONGPASS');
  expect(await problemAt(redis.url)).toContain('NOAUTH');
  expect(await problemAt(`redis://127.0.0.1:${port}`)).toContain(`REDIS_URL (127.0.0.1:${port}) cannot be used`);
  server.close();
});

test('the doctor lists what is wrong with the settings', async () => {
  const { code, output } = await latchkey(['doctor'], { NODE_ENV: 'production', BCRYPT_COST: '4', PORT: '70000' });
  expect(code).toBe(1);
  expect(output).toContain('! settings  PORT: Use 65535 or less.');
});

test('the doctor finds a database that does not answer', async () => {
  const { code, problems } = await findingsOf({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' });
  expect([code, problems.database]).toEqual([1, expect.stringContaining('cannot be used')]);
});
