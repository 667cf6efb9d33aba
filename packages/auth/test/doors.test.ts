import { callTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape } from '@trpc/server';
import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRestRoutes } from '../src/http/rest-bridge.ts';
import type { ProcedureMeta } from '../src/trpc/procedures.ts';
import { Browser, registered } from './browser.ts';
import { createFullAuth } from './create-full-auth.ts';
import { PASSWORD, type ReceivedMail, type TestAuth } from './create-test-auth.ts';
import { eventually } from './eventually.ts';

/** What a call led to, whichever door it went through. */
interface Outcome {
  status: number;
  body: unknown;
}

/** One caller, and what the inputs of its calls are about. */
interface Scene {
  browser: Browser;
  email: string;
  userId: string;
  otherSessionId: string;
  /** Somebody else, whom an administrator acts on. */
  memberId: string;
}

interface Example {
  valid(scene: Scene): unknown | Promise<unknown>;
  invalid?: unknown;
  isForAdmins?: boolean;
  isPublic?: boolean;
}

const UNKNOWN = { id: 'not-an-id' };

const EXAMPLES: Record<string, Example> = {
  'auth.config': { valid: () => undefined, isPublic: true },
  'auth.register': {
    valid: ({ email }) => ({ email: `new-${email}`, password: PASSWORD, name: 'Ada' }),
    invalid: { email: 'x', password: 'short', role: 'admin' },
    isPublic: true,
  },
  'auth.login': { valid: ({ email }) => ({ email, password: PASSWORD }), invalid: { email: 7 }, isPublic: true },
  'auth.logout': { valid: () => undefined },
  'auth.me': { valid: () => undefined },
  'auth.changePassword': {
    valid: () => ({ currentPassword: PASSWORD, newPassword: 'amber-violet-anchor' }),
    invalid: { currentPassword: PASSWORD, newPassword: 'short', userId: 'x' },
  },
  'auth.reauthenticate': { valid: () => ({ password: PASSWORD }), invalid: { password: 7 } },
  'auth.forgotPassword': { valid: ({ email }) => ({ email }), invalid: { email: 'x' }, isPublic: true },
  'auth.resetPassword': {
    valid: async ({ email }) => {
      await new Browser(world.t).rest('POST', '/auth/forgot-password', { body: { email } });
      return { token: (await mailAbout('Choose', email)).token, newPassword: 'amber-violet-anchor' };
    },
    invalid: { token: 'x', code: 'y', newPassword: 'amber-violet-anchor' },
    isPublic: true,
  },
  'auth.verifyEmail': {
    valid: async ({ email }) => ({ token: (await mailAbout('Verify', email)).token }),
    invalid: { email: 'ada@example.com' },
    isPublic: true,
  },
  'auth.resendVerification': { valid: ({ email }) => ({ email }), invalid: { email: 7 }, isPublic: true },
  'auth.changeEmail': {
    valid: ({ email }) => ({ newEmail: `new-${email}` }),
    invalid: { newEmail: 'x', role: 'admin' },
  },
  'auth.pendingEmail': { valid: () => undefined },
  'auth.cancelEmailChange': { valid: () => undefined },
  'users.updateMe': { valid: () => ({ name: 'Augusta' }), invalid: { name: '', role: 'admin' } },
  'users.deleteMe': { valid: () => undefined },
  'users.exportMe': {
    // What is exported tells of the mail of the registration, too, which goes out by itself.
    valid: async ({ email }) => {
      await eventually(() => pendingMails(email)).toEqual([]);
    },
  },
  'sessions.current': { valid: () => undefined },
  'sessions.activity': { valid: () => undefined },
  'sessions.list': { valid: () => ({ limit: 1 }), invalid: { limit: 1000 } },
  'sessions.revoke': { valid: ({ otherSessionId }) => ({ id: otherSessionId }), invalid: UNKNOWN },
  'sessions.introspect': {
    valid: ({ browser }) => ({ tokens: [browser.token, 'no token'] }),
    invalid: { tokens: [] },
    isPublic: true,
  },
  'sessions.revokeOthers': { valid: () => undefined },
  'tokens.issue': { valid: () => ({}), invalid: { email: 'ada@example.com' } },
  'tokens.refresh': {
    valid: async ({ browser }) => ({ refreshToken: (await issuedTo(browser)).refreshToken }),
    invalid: { refreshToken: 7 },
    isPublic: true,
  },
  'tokens.validate': {
    valid: async ({ browser }) => ({ token: (await issuedTo(browser)).accessToken }),
    invalid: { token: '' },
    isPublic: true,
  },
  'appTokens.list': { valid: () => ({ limit: 1 }), invalid: { limit: 0 } },
  'appTokens.create': {
    valid: () => ({ name: 'Nightly backup', scopes: ['account:read'], expiresInDays: 30 }),
    invalid: { name: '', scopes: ['everything'], expiresInDays: 367, token: 'mine' },
  },
  'appTokens.revoke': { valid: ({ userId }) => anAppToken(userId), invalid: UNKNOWN },
  'admin.users.list': {
    valid: ({ email }) => ({ search: email, role: 'admin' }),
    invalid: { role: 'king' },
    isForAdmins: true,
  },
  'admin.users.get': { valid: ({ userId }) => ({ id: userId }), invalid: UNKNOWN, isForAdmins: true },
  'admin.users.create': {
    valid: ({ email }) => ({ email: `invited-${email}`, name: 'Ada', role: 'admin' }),
    invalid: { email: 'x', password: PASSWORD, emailVerified: true },
    isForAdmins: true,
  },
  'admin.users.update': {
    valid: ({ memberId }) => ({ id: memberId, name: 'Augusta', role: 'admin' }),
    invalid: { ...UNKNOWN, role: 'king', password: PASSWORD },
    isForAdmins: true,
  },
  'admin.users.remove': { valid: ({ memberId }) => ({ id: memberId }), invalid: UNKNOWN, isForAdmins: true },
  'admin.users.restore': {
    valid: async ({ memberId }) => {
      await world.t.database.query('update auth."user" set deleted_at = now() where id = $1', [memberId]);
      return { id: memberId };
    },
    invalid: UNKNOWN,
    isForAdmins: true,
  },
  'admin.users.ban': {
    valid: ({ memberId }) => ({ id: memberId, reason: 'Spam', until: '2100-01-01T00:00:00+02:00' }),
    invalid: { ...UNKNOWN, reason: '', until: 'tomorrow' },
    isForAdmins: true,
  },
  'admin.users.unban': {
    valid: async ({ memberId }) => {
      await world.t.database.query(`update auth."user" set banned_at = now(), ban_reason = 'Spam' where id = $1`, [
        memberId,
      ]);
      return { id: memberId };
    },
    invalid: UNKNOWN,
    isForAdmins: true,
  },
  'admin.events.list': {
    valid: ({ userId }) => ({ userId, type: 'user.login', from: '2026-01-01T00:00:00Z', ipAddress: '127.0.0.0/8' }),
    invalid: { type: 'x', from: 'yesterday', ipAddress: '300.1.1.1' },
    isForAdmins: true,
  },
  'admin.sessions.list': {
    valid: ({ userId }) => ({ id: userId, limit: 5 }),
    invalid: { ...UNKNOWN, limit: 0 },
    isForAdmins: true,
  },
  'admin.sessions.revoke': {
    valid: ({ otherSessionId }) => ({ id: otherSessionId }),
    invalid: UNKNOWN,
    isForAdmins: true,
  },
  'admin.sessions.revokeAll': { valid: ({ userId }) => ({ id: userId }), invalid: UNKNOWN, isForAdmins: true },
  'webhooks.list': { valid: () => ({ limit: 1 }), invalid: { limit: 0 }, isForAdmins: true },
  'webhooks.get': { valid: () => aWebhook(), invalid: UNKNOWN, isForAdmins: true },
  'webhooks.create': {
    valid: () => ({ url: 'https://127.0.0.1:9/hook', description: 'Billing', events: ['user.*', 'session.revoked'] }),
    invalid: { url: 'https://user:password@example.com/', events: ['everything'], secret: 'x' },
    isForAdmins: true,
  },
  'webhooks.update': {
    valid: async () => ({ ...(await aWebhook()), description: 'Billing', enabled: false }),
    invalid: { ...UNKNOWN, url: 'ftp://example.com', enabled: 'yes' },
    isForAdmins: true,
  },
  'webhooks.remove': { valid: () => aWebhook(), invalid: UNKNOWN, isForAdmins: true },
  'webhooks.rotateSecret': { valid: () => aWebhook(), invalid: UNKNOWN, isForAdmins: true },
  'webhooks.test': { valid: () => aWebhook(), invalid: UNKNOWN, isForAdmins: true },
  'webhooks.replay': {
    valid: async () => ({ ...(await aWebhook()), since: new Date().toISOString() }),
    invalid: { ...UNKNOWN, since: 'yesterday' },
    isForAdmins: true,
  },
  'webhooks.deliveries.list': {
    valid: async () => ({ ...(await aWebhook()), status: 'dead' }),
    invalid: { ...UNKNOWN, status: 'lost' },
    isForAdmins: true,
  },
  'webhooks.deliveries.replay': { valid: () => aDelivery(), invalid: UNKNOWN, isForAdmins: true },
};

/** By plain SQL, whoever calls. */
const anAppToken = async (userId: string): Promise<{ id: string }> => {
  const [row] = await world.t.database.query<{ id: string }>(
    `insert into auth.app_token (id, user_id, name, scopes, token_hash, prefix, expires_at)
     values (gen_random_uuid(), $1, 'Backup', '{account:read}', '', 'lk_0000', now() + interval '1 day') returning id`,
    [userId],
  );
  return { id: row?.id ?? '' };
};

/** An endpoint by plain SQL, whoever calls; nothing is due to be sent to it for a while. */
const aWebhook = async (): Promise<{ id: string }> => {
  const [row] = await world.t.database.query<{ id: string }>(
    `insert into auth.webhook_endpoint (id, url, description, events, secret)
     values (gen_random_uuid(), 'https://127.0.0.1:9/hook', '', '{user.banned}', '') returning id`,
  );
  return { id: row?.id ?? '' };
};

const aDelivery = async (): Promise<{ id: string }> => {
  const [row] = await world.t.database.query<{ id: string }>(
    `insert into auth.webhook_delivery (id, endpoint_id, event_id, event_type, body, next_attempt_at)
     values (gen_random_uuid(), $1, gen_random_uuid(), 'user.banned', '{}', now() + interval '1 hour') returning id`,
    [(await aWebhook()).id],
  );
  return { id: row?.id ?? '' };
};

const issuedTo = async (browser: Browser) => (await browser.rest('POST', '/auth/token', { body: {} })).body;

const pendingMails = (email: string) =>
  world.t.database.query(`select template from auth.mail where recipient = $1 and status = 'pending'`, [email]);

const mailAbout = async (subject: string, email: string): Promise<ReceivedMail> => {
  const mail = await world.t.nextMail(email);
  return mail.subject.startsWith(subject) ? mail : mailAbout(subject, email);
};

const world: { t: TestAuth; scenes: number } = { t: undefined as never, scenes: 0 };

beforeAll(async () => {
  world.t = await createFullAuth();
});

afterAll(() => world.t[Symbol.asyncDispose]());

const setScene = async (isAdmin: boolean): Promise<Scene> => {
  world.scenes += 1;
  const email = `caller-${world.scenes}@example.com`;
  const browser = await registered(world.t, email);
  const other = await new Browser(world.t).login(email);
  if (isAdmin) await world.t.makeAdmin(email);
  const member = await (await registered(world.t, `member-${world.scenes}@example.com`)).rest('GET', '/me');
  return {
    browser,
    email,
    userId: other.body.user.id,
    otherSessionId: other.body.session.id,
    memberId: member.body.user.id,
  };
};

type Door = (name: string, input: unknown, browser: Browser) => Promise<Outcome>;

const throughRest: Door = async (name, input, browser) => {
  const route = listRestRoutes(world.t.auth.router).find((candidate) => candidate.name === name);
  if (route === undefined) throw new Error(`${name} has no route`);
  const { path, rest } = fillPath(route.path, input);
  const method = route.method.toUpperCase() as 'GET';
  const isQuery = method === 'GET' || route.method === 'delete';
  const search =
    isQuery && rest !== undefined
      ? `?${new URLSearchParams(Object.entries(rest).map(([key, value]): [string, string] => [key, String(value)]))}`
      : '';
  const response = await browser.rest(method, `${path}${search}`, isQuery || rest === undefined ? {} : { body: rest });
  return {
    status: response.status,
    body: response.body.error ?? (response.status === 204 ? undefined : response.body),
  };
};

const fillPath = (path: string, input: unknown): { path: string; rest: Record<string, unknown> | undefined } => {
  if (input === undefined) return { path, rest: undefined };
  const rest = { ...(input as Record<string, unknown>) };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  return { path: filled, rest };
};

const throughTrpc: Door = async (name, input, browser) => {
  const { type } = world.t.auth.router._def.procedures[name]._def;
  const response: Response = type === 'query' ? await browser.query(name, input) : await browser.mutate(name, input);
  const { httpStatus: _, ...error } = response.body.error?.data ?? {};
  return { status: response.status, body: response.body.error === undefined ? response.body.result.data : error };
};

const inProcess: Door = async (name, input, browser) => {
  const { router, createLocalContext } = world.t.auth;
  const ctx = createLocalContext({
    userAgent: FIREFOX_ON_WINDOWS,
    ipAddress: '127.0.0.1',
    ...(browser.token && { sessionToken: browser.token }),
  })();
  const { type } = router._def.procedures[name]._def;
  try {
    const body = await callTRPCProcedure({
      router,
      path: name,
      getRawInput: async () => input,
      ctx,
      type,
      signal: undefined,
      batchIndex: 0,
    });
    return { status: 0, body };
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    const shape = getTRPCErrorShape({ config: router._def._config, error, type, path: name, input, ctx });
    const { httpStatus, ...payload } = shape.data;
    return { status: httpStatus, body: payload };
  }
};

const FIREFOX_ON_WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** The same but for what differs from call to call: ids, instants, trace ids, addresses, secrets, seconds left. */
const normalised = (body: unknown): unknown =>
  body === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(body)
          .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
          .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
          .replaceAll(/"traceId":"[0-9a-f]{32}"/g, '"traceId":"<trace>"')
          .replaceAll(/(caller|member)-\d+@/g, '$1@')
          .replaceAll(/whsec_[\w+/=]+/g, '<secret>')
          .replaceAll(/"lk_\w+"/g, '"<token>"')
          .replaceAll(/"(\w+)econdsLeft":\d+/gi, '"$1econdsLeft":0')
          .replaceAll(/"(access|refresh)Token":"[\w.-]+"/g, '"$1Token":"<token>"')
          .replaceAll(/"(exp|iat|auth_time|\w*xpiresIn)":\d+/g, '"$1":0')
          .replaceAll(/"nextCursor":"[\w-]+"/g, '"nextCursor":"<cursor>"'),
      );

const callThroughAll = async (name: string, prepare: () => Promise<{ browser: Browser; input: unknown }>) => {
  const outcomes: Outcome[] = [];
  for (const door of [throughRest, throughTrpc, inProcess]) {
    const { browser, input } = await prepare();
    const { status, body } = await door(name, input, browser);
    outcomes.push({ status, body: normalised(body) });
  }
  const [rest, trpc, local] = outcomes as [Outcome, Outcome, Outcome];
  return { rest, trpc, local };
};

/** A subscription has no answer to compare; its streams have tests of their own. */
const isSubscription = (name: string) => world.t.auth.router._def.procedures[name]._def.type === 'subscription';

test('there is an example for each procedure', () => {
  const names = Object.keys(world.t.auth.router._def.procedures).filter((name) => !isSubscription(name));
  expect(Object.keys(EXAMPLES).sort()).toEqual(names.sort());
});

test('each procedure strips what its output does not name', () => {
  for (const [name, procedure] of Object.entries(world.t.auth.router._def.procedures)) {
    const { output, meta } = (procedure as { _def: { output?: unknown; meta?: ProcedureMeta } })._def;
    const schema = isSubscription(name) ? meta?.stream?.data : output;
    expect(schema, `${name} has no output schema`).toBeDefined();
  }
});

describe.each(Object.entries(EXAMPLES))('%s', (name, { valid, invalid, isForAdmins = false, isPublic = false }) => {
  test('a valid call leads to the same through every door', async () => {
    const { rest, trpc, local } = await callThroughAll(name, async () => {
      const scene = await setScene(isForAdmins);
      return { browser: scene.browser, input: await valid(scene) };
    });
    expect(rest.status).toBeLessThan(300);
    expect(trpc.status).toBe(200);
    expect(trpc.body).toEqual(rest.body);
    expect(local.body).toEqual(rest.body);
  });

  if (invalid !== undefined)
    test('an invalid call is refused in the same words at every door', async () => {
      const { rest, trpc, local } = await callThroughAll(name, async () => {
        const { browser } = await setScene(isForAdmins);
        return { browser, input: invalid };
      });
      expect(rest).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', details: expect.any(Array) } });
      expect(trpc.body).toMatchObject({ code: 'VALIDATION_FAILED' });
      expect(local).toEqual(trpc);
      expect(local.status).toBe(rest.status);
      const paths = ({ body }: Outcome) => (body as { details: { path: string }[] }).details.map(({ path }) => path);
      expect(paths(trpc)).toEqual(paths(rest));
    });

  if (!isPublic)
    test('nobody in particular is refused at every door', async () => {
      const { rest, trpc, local } = await callThroughAll(name, async () => {
        const scene = await setScene(false);
        return { browser: new Browser(world.t), input: await valid(scene) };
      });
      expect(rest).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
      expect(trpc).toEqual(rest);
      expect(local).toEqual(rest);
    });

  if (isForAdmins)
    test('a user who is no administrator is refused at every door', async () => {
      const { rest, trpc, local } = await callThroughAll(name, async () => {
        const scene = await setScene(false);
        return { browser: scene.browser, input: await valid(scene) };
      });
      expect(rest).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect(trpc).toEqual(rest);
      expect(local).toEqual(rest);
    });
});

/** With this header a call goes to tRPC's own adapter, which reads it as "plain JSON, please". */
const BY_ADAPTER = { 'trpc-accept': 'application/json' };

const wireOf = ({ status, text, headers }: Response) => ({
  status,
  text: JSON.stringify(normalised(JSON.parse(text))),
  type: headers['content-type'],
  vary: headers.vary,
  setsCookie: headers['set-cookie']?.length ?? 0,
  retryAfter: headers['retry-after'],
});

describe.each([false, true])(
  'the short way of a single tRPC call answers as the adapter does (batch of one: %s)',
  (isBatch) => {
    test.each(Object.entries(EXAMPLES))('%s', async (name, { valid, invalid, isForAdmins = false }) => {
      const { type } = world.t.auth.router._def.procedures[name]._def;
      const call = (browser: Browser, input: unknown, headers: Record<string, string>) =>
        browser[type === 'query' ? 'query' : 'mutate'](name, input, { isBatch, headers });
      const callTwice = async (inputFor: (scene: Scene) => unknown, isAnonymous: boolean) => {
        const answers = [];
        for (const headers of [{}, BY_ADAPTER]) {
          const scene = await setScene(isForAdmins);
          answers.push(
            wireOf(await call(isAnonymous ? new Browser(world.t) : scene.browser, await inputFor(scene), headers)),
          );
        }
        return answers;
      };

      const [short, official] = await callTwice(valid, false);
      expect(short).toEqual(official);
      const [shortRefusal, officialRefusal] = await callTwice(() => invalid ?? { surplus: true }, false);
      expect(shortRefusal).toEqual(officialRefusal);
      const [shortAnonymous, officialAnonymous] = await callTwice(valid, true);
      expect(shortAnonymous).toEqual(officialAnonymous);
    });
  },
);

test('REST calls leave the schemas alone: tRPC still refuses "5" for a number', async () => {
  const { browser } = await setScene(false);
  expect((await browser.rest('GET', '/auth/sessions?limit=5')).status).toBe(200);
  const { status, body } = await browser.query('sessions.list', { limit: '5' });
  expect([status, body.error.data.code]).toEqual([400, 'VALIDATION_FAILED']);
});
