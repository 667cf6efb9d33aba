import type { AddressInfo } from 'node:net';
import type { Scope } from '@latchkey/contract';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registeredAdmin } from '../../../test/admin-scene.ts';
import { createAppTokenAuth, createdBy, EVERY_SCOPE, registeredWithAppToken } from '../../../test/app-token-scene.ts';
import { call } from '../../../test/bearer.ts';
import { type Browser, loggedIn } from '../../../test/browser.ts';
import type { TestAuth } from '../../../test/create-test-auth.ts';
import { listRestRoutes, type RestRoute } from '../../http/rest-bridge.ts';
import { principalOf, type RequireSessionOptions } from '../../index.ts';
import { connectAuth } from '../../remote/index.ts';
import type { ProcedureMeta } from '../../trpc/procedures.ts';

const world: { t: TestAuth; root: Browser } = {} as never;

beforeAll(async () => {
  world.t = await createAppTokenAuth();
  world.root = await registeredAdmin(world.t);
});

afterAll(() => world.t[Symbol.asyncDispose]());

/** What a call without any input leads to: who calls is judged before what they send. */
const outcomeOf = async ({ method, path }: RestRoute, token: string | null) => {
  const response = await fetch(`${world.t.url}/api/v1${path.replace('{id}', 'no-id')}`, {
    method: method.toUpperCase(),
    headers: { 'sec-fetch-site': 'same-origin', ...(token !== null && { authorization: `Bearer ${token}` }) },
  });
  if (response.headers.get('content-type') === 'text/event-stream') {
    await response.body?.cancel();
    return { status: response.status, code: null, message: '' };
  }
  const text = await response.text();
  const { error } = text === '' ? { error: undefined } : JSON.parse(text);
  return { status: response.status, code: error?.code ?? null, message: error?.message ?? '' };
};

/** By what is said of the procedure; undefined: none. */
const neededBy = ({ name, procedure }: RestRoute): Scope | undefined => {
  if (name.startsWith('admin.')) return procedure._def.type === 'mutation' ? 'admin:write' : 'admin:read';
  return (procedure._def.meta as ProcedureMeta | undefined)?.scope;
};

const protectedRoutes = async (): Promise<RestRoute[]> => {
  const routes = listRestRoutes(world.t.auth.router);
  const outcomes = await Promise.all(routes.map((route) => outcomeOf(route, null)));
  return routes.filter((_, index) => outcomes[index]?.code === 'UNAUTHENTICATED');
};

test('of all procedures, a token with every scope is refused exactly where no scope is named', async () => {
  const { token } = await createdBy(world.root, { scopes: EVERY_SCOPE });
  const routes = await protectedRoutes();
  expect(routes.length).toBeGreaterThan(25);
  const refused: string[] = [];
  for (const route of routes) {
    const { status, code, message } = await outcomeOf(route, token);
    if (code !== 'FORBIDDEN') continue;
    expect([status, message]).toEqual([403, 'This needs a login; an app token cannot do it.']);
    refused.push(route.name);
  }
  expect(refused).toEqual(routes.filter((route) => neededBy(route) === undefined).map(({ name }) => name));
  // What makes lasting access, proves a password or ends a login is for people.
  expect(refused).toEqual(
    expect.arrayContaining([
      'auth.changePassword',
      'auth.reauthenticate',
      'auth.changeEmail',
      'users.deleteMe',
      'users.exportMe',
      'appTokens.create',
      'sessions.revokeOthers',
    ]),
  );
});

test.each(EVERY_SCOPE)('a token for %s alone opens what names it, and nothing else', async (scope) => {
  const { token } = await createdBy(world.root, { scopes: [scope] });
  for (const route of await protectedRoutes()) {
    const { status, code, message } = await outcomeOf(route, token);
    const needed = neededBy(route);
    if (needed === scope) expect(code, route.name).not.toBe('FORBIDDEN');
    else if (needed === undefined) expect([status, code], route.name).toEqual([403, 'FORBIDDEN']);
    else expect([status, code, message], route.name).toEqual([403, 'FORBIDDEN', `This needs the scope "${needed}".`]);
  }
});

test('an administrator does with admin:write what administrators do', async () => {
  const { token } = await createdBy(world.root, { scopes: ['admin:read', 'admin:write'] });
  const { browser: ada, user } = await member();
  const path = `/api/v1/admin/users/${user.id}`;
  const body = { reason: 'Spam' };
  const acts = [
    await call(world.t, `PATCH ${path}`, { token, body: { name: 'Augusta' } }),
    await call(world.t, `DELETE ${path}/sessions`, { token }),
    await call(world.t, `POST ${path}/ban`, { token, body }),
    await call(world.t, `POST ${path}/unban`, { token }),
    await call(world.t, `DELETE ${path}`, { token }),
    await call(world.t, `POST ${path}/restore`, { token }),
  ];
  expect(acts.map(({ status }) => status)).toEqual([200, 200, 200, 200, 204, 200]);
  expect((await call(world.t, `GET ${path}`, { token })).body.name).toBe('Augusta');
  // Either would be a way to the login of somebody else, and no token reaches beyond what it was made for.
  for (const beyond of [{ role: 'admin' }, { email: 'mallory@example.com' }])
    expect((await call(world.t, `PATCH ${path}`, { token, body: beyond })).body.error.code).toBe('FORBIDDEN');
  expect((await ada.rest('GET', '/me')).status).toBe(401);
});

const member = async () => {
  const { browser } = await registeredWithAppToken(world.t, 'member@example.com');
  return { browser, user: (await browser.rest('GET', '/me')).body.user };
};

test('a program reads, renames and ends sessions in the name of its owner', async () => {
  const { browser: ada, token, id } = await registeredWithAppToken(world.t, 'ada@example.com');
  const phone = await loggedIn(world.t, 'ada@example.com');
  const { id: phoneId } = (await phone.rest('GET', '/auth/session')).body;

  const me = (await call(world.t, 'GET /api/v1/me', { token })).body;
  expect(me.session).toMatchObject({ id, current: true, device: { kind: 'other', label: 'Nightly backup' } });
  const renamed = await call(world.t, 'POST /trpc/users.updateMe', { token, body: { name: 'Ada' } });
  expect(renamed.body.result.data.name).toBe('Ada');
  const sessions = (await call(world.t, 'GET /api/v1/auth/sessions', { token })).body.items;
  expect(sessions).toHaveLength(2);
  expect(sessions.every(({ current }: { current: boolean }) => !current)).toBe(true);

  expect((await call(world.t, `DELETE /api/v1/auth/sessions/${phoneId}`, { token })).status).toBe(204);
  expect((await phone.rest('GET', '/me')).body.error.details).toEqual({ reason: 'revoked' });
  // Its own id is that of no session.
  expect((await call(world.t, `DELETE /api/v1/auth/sessions/${id}`, { token })).body.error.code).toBe(
    'SESSION_NOT_FOUND',
  );
  expect((await call(world.t, 'GET /api/v1/me', { token })).status).toBe(200);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
});

test('where anyone may call, a token is no login: who clicks a link with one is a stranger', async () => {
  await using t = await createAppTokenAuth({ adminEmail: 'ada@example.com' });
  const { token } = await registeredWithAppToken(t, 'ada@example.com');
  const mail = await t.nextMail('ada@example.com');
  const byCode = await call(t, 'POST /api/v1/auth/verify-email', { token, body: { code: mail.code } });
  expect([byCode.status, byCode.body.error.code]).toEqual([403, 'FORBIDDEN']);
  const link = await call(t, 'POST /api/v1/auth/verify-email', { token, body: { token: mail.token } });
  expect(link.status).toBe(204);
  expect((await call(t, 'GET /api/v1/me', { token })).body.user).toMatchObject({ emailVerified: true, role: 'user' });
});

test('the forward auth, and guards here and elsewhere, take tokens for services', async () => {
  const { t, root } = world;
  const { token, id } = await createdBy(root, { scopes: ['services'] });
  const { token: narrow } = await createdBy(root, { scopes: ['account:read'] });

  const forward = await call(t, 'GET /api/v1/auth/forward', { token });
  expect([forward.status, forward.headers.get('x-auth-session')]).toEqual([200, id]);
  expect((await call(t, 'GET /api/v1/auth/forward', { token: narrow })).status).toBe(403);

  const remote = connectAuth({ url: t.url });
  for (const requireSession of [t.auth.requireSession, remote.requireSession]) {
    using plain = await guarded(requireSession, {});
    using forRecent = await guarded(requireSession, { recent: true });
    using forReaders = await guarded(requireSession, { scope: 'account:read' });
    const seen = await call(plain, 'GET /hello', { token });
    expect([seen.status, seen.body.scopes, seen.body.user.email, seen.body.isRecent]).toEqual([
      200,
      ['services'],
      'root@example.com',
      false,
    ]);
    expect((await call(plain, 'POST /hello', { token })).status).toBe(200);
    expect((await call(plain, 'GET /hello', { token: narrow })).body.error.message).toBe(
      'This needs the scope "services".',
    );
    expect((await call(forReaders, 'GET /hello', { token: narrow })).status).toBe(200);
    const refused = await call(forRecent, 'GET /hello', { token });
    expect([refused.status, refused.body.error.code, refused.body.error.message]).toEqual([
      403,
      'FORBIDDEN',
      'This needs a login; an app token cannot do it.',
    ]);
  }

  await root.rest('DELETE', `/auth/app-tokens/${id}`);
  using app = await guarded(remote.requireSession, {});
  expect((await call(app, 'GET /hello', { token })).body.error.details).toEqual({ reason: 'revoked' });
});

/** An app of one's own behind the guard. */
const guarded = async (requireSession: TestAuth['auth']['requireSession'], options: RequireSessionOptions) => {
  const app = express();
  app.all('/hello', requireSession(options), (req, res) => void res.json(principalOf(req)));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, [Symbol.dispose]: () => void server.close() };
};
