import { defineEntity, p } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import {
  AuthError,
  type AuthEvent,
  type CoreServices,
  createAuth,
  defineModule,
  publicProcedure,
} from '../src/index.ts';
import { Browser, loggedIn, registered } from './browser.ts';
import { createTestAuth, createTestDatabase, PASSWORD } from './create-test-auth.ts';

const GreetingEntity = defineEntity({
  name: 'Greeting',
  tableName: 'greeting',
  schema: 'auth',
  properties: { id: p.uuid().primary(), text: p.text() },
});

class CreateGreetings extends Migration {
  override up(): void {
    this.addSql('create table auth.greeting (id uuid not null primary key, text text not null)');
  }
}

/** A module that does all that a module may do. */
const createGreetings = () => {
  const heard: AuthEvent[] = [];
  const module = defineModule({
    name: 'greetings',
    entities: [GreetingEntity],
    migrations: [{ name: '20270101000000-create-greetings', class: CreateGreetings }],
    run: ({ database, secrets }, _core: CoreServices) => ({
      procedures: {
        greetings: {
          greet: publicProcedure
            .meta({ openapi: { method: 'POST', path: '/greetings', protect: false }, successStatus: 201 })
            .input(z.strictObject({ text: z.string() }))
            .output(z.object({ text: z.string() }))
            .mutation(({ input }) =>
              database.write(async ({ em }) => em.create(GreetingEntity, { id: secrets.createId(), text: input.text })),
            ),
        },
      },
      rules: {
        register: ({ email }) => {
          if (email.endsWith('@refused.example')) throw new AuthError('FORBIDDEN', { message: 'Not from there.' });
        },
        login: ({ user }) => {
          if (user.email === 'locked@example.com') throw new AuthError('FORBIDDEN');
        },
        authenticate: ({ principal }) => {
          if (principal.user.name === 'Away') throw new AuthError('FORBIDDEN');
        },
      },
      on: {
        'user.registered': (event: AuthEvent) => {
          heard.push(event);
          throw new Error('A listener that fails changes nothing');
        },
      },
    }),
  });
  return { module, heard };
};

test('a module offers procedures with tables of its own, over REST and tRPC', async () => {
  await using t = await createTestAuth({ ports: { modules: [createGreetings().module] } });
  const rest = await new Browser(t).rest('POST', '/greetings', { body: { text: 'hello' } });
  const trpc = await new Browser(t).mutate('greetings.greet', { text: 'hello' });
  expect([rest.status, rest.body]).toEqual([201, { text: 'hello' }]);
  expect(trpc.body.result.data).toEqual({ text: 'hello' });
  expect((await new Browser(t).rest('GET', '/auth/config')).body.modules).toContain('greetings');
});

test('its rules refuse registration, login and calls', async () => {
  await using t = await createTestAuth({ ports: { modules: [createGreetings().module] } });
  const refused = await new Browser(t).register('eve@refused.example');
  expect([refused.status, refused.body.error]).toMatchObject([403, { code: 'FORBIDDEN', message: 'Not from there.' }]);
  expect(await t.database.query('select 1 from auth."user"')).toEqual([]);

  const locked = await registered(t, 'locked@example.com');
  expect((await new Browser(t).login('locked@example.com')).status).toBe(403);
  expect((await locked.rest('GET', '/me')).status).toBe(200);
  await locked.rest('PATCH', '/me', { body: { name: 'Away' } });
  expect((await locked.rest('GET', '/me')).status).toBe(403);
});

test('it hears of events after commit, and cannot change the outcome', async () => {
  const { module, heard } = createGreetings();
  await using t = await createTestAuth({ ports: { modules: [module] } });
  const { status } = await new Browser(t).register('ada@example.com');
  expect(status).toBe(201);
  expect(heard).toMatchObject([{ type: 'user.registered', userId: expect.any(String), traceId: expect.any(String) }]);
  expect(t.log.some(({ message }) => message === 'An event listener failed')).toBe(true);
});

test('left out, nothing of it remains', async () => {
  await using t = await createTestAuth();
  expect((await new Browser(t).rest('POST', '/greetings', { body: { text: 'hello' } })).status).toBe(404);
  expect((await new Browser(t).mutate('greetings.greet', { text: 'hello' })).status).toBe(404);
  expect((await new Browser(t).register('eve@refused.example')).status).toBe(201);
  expect(await t.database.query(`select 1 from pg_tables where tablename = 'greeting'`)).toEqual([]);
});

test('two services in one process do not know each other', async () => {
  await using one = await createTestAuth({ session: { maxPerUser: 1 } });
  await using other = await createTestAuth({ session: { maxPerUser: 2 } });
  const ada = await registered(one, 'ada@example.com');
  const { cookie } = ada;

  expect((await new Browser(other).login('ada@example.com')).status).toBe(401);
  const intruder = new Browser(other);
  intruder.cookie = cookie;
  expect((await intruder.rest('GET', '/me')).status).toBe(401);
  const twin = await registered(other, 'ada@example.com');
  await loggedIn(other, 'ada@example.com');
  expect((await twin.rest('GET', '/auth/sessions')).body.items).toHaveLength(2);
  expect((await ada.rest('GET', '/auth/sessions')).body.items).toHaveLength(1);
});

test('two services on one database share everything at once', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using one = await createTestAuth({ database });
  await using other = await createTestAuth({ database });
  const ada = await registered(one, 'ada@example.com');
  const elsewhere = new Browser(other);
  elsewhere.cookie = ada.cookie;
  expect((await elsewhere.rest('GET', '/me')).status).toBe(200);
  await ada.rest('POST', '/auth/logout');
  expect((await elsewhere.rest('GET', '/me')).body.error.code).toBe('SESSION_ENDED');
});

test('four instances that start at once on an empty database leave one whole schema', async () => {
  await using database = await createTestDatabase(inject('postgres'), { isEmpty: true });
  const auths = await Promise.all(Array.from({ length: 4 }, () => createAuth({ databaseUrl: database.url })));
  await Promise.all(auths.map((auth) => auth.close()));
  const migrations = await database.query<{ name: string }>('select name from auth.migration order by id');
  expect(migrations.map(({ name }) => name)).toEqual([
    '20261120080000-create-events',
    '20261120090000-create-users',
    '20261120090100-create-passwords',
    '20261120090200-create-sessions',
    '20261120100000-add-session-epoch',
    '20261120100100-add-epoch',
    '20261121080000-announce-session-changes',
    '20261121090000-create-mails',
    '20261121090100-create-verifications',
    '20261121100000-create-rate-limits',
    '20261121100100-create-known-devices',
    '20261121110000-add-bans-and-deletion',
    '20261121110100-index-user-search',
    '20261121111000-index-events',
    '20261121111100-seal-events',
    '20261121120000-index-open-sessions',
    '20261121120100-index-finished-mails',
    '20261121120200-bind-changes-of-address',
    '20261121130000-find-tokens-by-hash',
    '20261122100000-create-outbox',
    '20261122300000-index-sessions-that-are-over',
    '20261122300100-index-old-verifications',
    '20261122300200-index-unused-devices',
    '20261123080000-add-idle-timeout',
    '20261123210000-index-expiry-of-open-sessions',
    '20261128193000-find-parked-events',
  ]);
});

test.each([
  [{ databaseUrl: 'mysql://x' }],
  [{ databaseUrl: 'postgresql://x', publicUrl: 'ftp://x' }],
  [{ databaseUrl: 'postgresql://x', session: { maxPerUser: -1 } }],
  [{ databaseUrl: 'postgresql://x', password: { pepper: 'short' } }],
  [{ databaseUrl: 'postgresql://x', colour: 'red' }],
])('refuses to start with %o', async (options) => {
  await expect(createAuth(options as never)).rejects.toThrow();
});

test('a module cannot take the place of another one', async () => {
  const impostor = defineModule({
    name: 'impostor',
    run: (_kernel, _core: CoreServices) => ({ procedures: { sessions: { list: publicProcedure.query(() => []) } } }),
  });
  await using database = await createTestDatabase(inject('postgres'));
  const starting = createAuth({ databaseUrl: database.url }, { modules: [impostor] });
  await expect(starting).rejects.toThrow('Two modules offer "sessions.list"');
});

test('the password is never in what a listener hears', async () => {
  const { module, heard } = createGreetings();
  await using t = await createTestAuth({ ports: { modules: [module] } });
  await new Browser(t).register('ada@example.com');
  expect(JSON.stringify(heard)).not.toContain(PASSWORD);
});
