import { createTestAuth, PASSWORD, type TestAuth } from '@latchkey/auth/testing';
import type { Session, SessionChange, SessionPage, User } from '@latchkey/contract';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { AuthApiError, type AuthClient, createAuthClient, TokenKeeper } from './index.ts';

const failureOf = (call: Promise<unknown>): Promise<AuthApiError> =>
  call.then(
    () => {
      throw new Error('The call was expected to fail');
    },
    (error: unknown) => {
      if (error instanceof AuthApiError) return error;
      throw error;
    },
  );

const account = { email: 'ada@example.com', password: PASSWORD };

describe.each<[string, (t: TestAuth) => AuthClient]>([
  ['over HTTP', ({ url }) => createAuthClient({ url })],
  ['in process', ({ auth }) => createAuthClient({ auth, caller: { userAgent: 'node' } })],
])('%s', (_way, createClient) => {
  test('register, list, revoke: each client is a device of its own', async () => {
    await using t = await createTestAuth();
    const laptop = createClient(t);
    const phone = createClient(t);

    const registered = await laptop.auth.register.mutate(account);
    if (!('user' in registered)) throw new Error('A session was expected');
    const { user } = registered;
    await phone.auth.login.mutate(account);
    const { items } = await laptop.sessions.list.query({});
    const other = items.find(({ current }) => !current);
    await laptop.sessions.revoke.mutate({ id: other?.id ?? '' });

    expect(user.email).toBe('ada@example.com');
    expect(items.map(({ current }) => current)).toEqual([false, true]);
    expect(items[0]?.device.label).toBe('node');
    const error = await failureOf(phone.auth.me.query());
    expect(error).toMatchObject({ code: 'SESSION_ENDED', status: 401, endReason: 'revoked', name: 'AuthApiError' });
    expect(error.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  test('after logout nobody is logged in', async () => {
    await using t = await createTestAuth();
    const client = createClient(t);
    await client.auth.register.mutate(account);
    await client.auth.logout.mutate();
    expect(await failureOf(client.auth.me.query())).toMatchObject({ code: 'UNAUTHENTICATED', endReason: null });
  });

  test('refused values are named', async () => {
    await using t = await createTestAuth();
    const error = await failureOf(createClient(t).auth.register.mutate({ email: 'x', password: PASSWORD }));
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', status: 400, retryAfterSeconds: null });
    expect(error.issues).toEqual([{ path: 'email', message: 'Enter a valid e-mail address.' }]);
  });

  test('hears of changes to the sessions, and why its own one ended', async () => {
    await using t = await createTestAuth();
    const laptop = createClient(t);
    const phone = createClient(t);
    await laptop.auth.register.mutate(account);
    const { session } = await phone.auth.login.mutate(account);
    const heard = Promise.withResolvers<SessionChange>();
    const ended = Promise.withResolvers<AuthApiError>();
    const started = [laptop, phone].map(
      (client) =>
        new Promise<void>((resolve) => {
          client.sessions.changes.subscribe(undefined, {
            onStarted: () => resolve(),
            onData: ({ data }) => heard.resolve(data),
            onError: (error) => ended.resolve(AuthApiError.from(error)),
          });
        }),
    );
    await Promise.all(started);
    await laptop.sessions.revoke.mutate({ id: session.id });

    expect(await heard.promise).toMatchObject({ type: 'session.revoked', sessionId: session.id, reason: 'revoked' });
    expect(await ended.promise).toMatchObject({ code: 'SESSION_ENDED', status: 401, endReason: 'revoked' });
  });

  test('the direction that useInfiniteQuery adds does not reach the service', async () => {
    await using t = await createTestAuth();
    const client = createClient(t);
    await client.auth.register.mutate(account);
    const input = { limit: 5, direction: 'forward' };
    expect((await client.sessions.list.query(input)).items).toHaveLength(1);
  });
});

test('calls made together travel together, 10 at most', async () => {
  await using t = await createTestAuth();
  const paths: string[] = [];
  const client = createAuthClient({
    url: t.url,
    fetch: (url, init) => {
      paths.push(new URL(String(url)).pathname);
      return fetch(url, init);
    },
  });
  await Promise.all(Array.from({ length: 15 }, () => client.auth.config.query()));
  expect(paths.map((path) => path.split(',').length)).toEqual([10, 5]);
});

test('a service that is away is UNAVAILABLE, without a status', async () => {
  const error = await failureOf(createAuthClient({ url: 'http://127.0.0.1:1' }).auth.me.query());
  expect(error).toMatchObject({ code: 'UNAVAILABLE', status: 0, traceId: null });
});

test('an answer that is none of ours is UNAVAILABLE as well', async () => {
  const html = async () => new Response('<h1>Bad gateway</h1>', { status: 502 });
  expect(await failureOf(createAuthClient({ url: 'http://127.0.0.1:1', fetch: html }).auth.me.query())).toMatchObject({
    code: 'UNAVAILABLE',
  });
  expect(await AuthApiError.fromResponse(await html())).toMatchObject({ code: 'UNAVAILABLE', status: 502 });
});

test.each([
  ['html', () => new Response('<h1>Not found</h1>', { status: 404, headers: { 'content-type': 'text/html' } })],
  ['JSON', () => Response.json({ message: 'Not found' }, { status: 404 })],
  ['JSON with an error of its own', () => Response.json({ error: 'Not found' }, { status: 404 })],
])('an answer of somebody else, in %s, asks whether the address is right', async (_kind, answer) => {
  const url = 'http://127.0.0.1:1';
  const fetchElse = async (asked: unknown) => Object.defineProperty(answer(), 'url', { value: `${asked}` });
  const wrong = { code: 'UNAVAILABLE', status: 404, traceId: null };
  const message = /^http:\/\/127\.0\.0\.1:1\/trpc\/auth\.me answered 404: is this the address of Latchkey\?$/;
  const error = await failureOf(createAuthClient({ url, fetch: fetchElse }).auth.me.query());
  expect(error).toMatchObject({ ...wrong, message: expect.stringMatching(message) });
  expect(await AuthApiError.fromResponse(answer())).toMatchObject({
    ...wrong,
    message: 'The service answered 404: is this the address of Latchkey?',
  });
});

test.each([
  ['localhost:4711', 'with http:// or https://'],
  ['auth.example.com', 'with http:// or https://'],
  ['ftp://auth.example.com', 'with http:// or https://'],
  ['https://auth.example.com/api/v1', 'write https://auth.example.com, the client adds the paths'],
  ['http://localhost:4711/?a=b', 'write http://localhost:4711, the client adds the paths'],
])('%s is refused before the first call', (url, advice) => {
  expect(() => createAuthClient({ url })).toThrow(advice);
  expect(() => new TokenKeeper({ url })).toThrow(advice);
});

test('reads the same error out of an answer of the REST API', async () => {
  await using t = await createTestAuth();
  const response = await fetch(`${t.url}/api/v1/me`);
  expect(await AuthApiError.fromResponse(response)).toMatchObject({
    code: 'UNAUTHENTICATED',
    status: 401,
    message: 'Please log in.',
    traceId: response.headers.get('x-trace-id'),
  });
});

test('outputs are the types of the contract', () => {
  type Me = Awaited<ReturnType<AuthClient['auth']['me']['query']>>;
  type List = Awaited<ReturnType<AuthClient['sessions']['list']['query']>>;
  expectTypeOf<Me>().toEqualTypeOf<{ user: User; session: Session }>();
  expectTypeOf<List>().toEqualTypeOf<SessionPage>();
});
