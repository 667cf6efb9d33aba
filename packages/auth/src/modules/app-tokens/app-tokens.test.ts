import { MAX_APP_TOKENS } from '@latchkey/contract';
import { expect, test } from 'vitest';
import { makeStale, registeredAdmin } from '../../../test/admin-scene.ts';
import { createAppTokenAuth, createdBy, registeredWithAppToken } from '../../../test/app-token-scene.ts';
import { call } from '../../../test/bearer.ts';
import { Browser, registered } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';
import { createDatabaseProxy } from '../../../test/database-proxy.ts';
import { LIMITS } from '../../kernel/limits/limit-table.ts';
import { Secrets } from '../../kernel/secrets.ts';
import { createAppToken } from './app-token.ts';

const DAY_MS = 86_400_000;

test('a token is shown once, and stands in the list without it', async () => {
  await using t = await createAppTokenAuth();
  const ada = await registered(t, 'ada@example.com');
  const body = { name: '  Nightly backup ', scopes: ['services', 'account:read'], expiresInDays: 7 };
  const created = await ada.rest('POST', '/auth/app-tokens', { body });
  expect([created.status, created.body]).toEqual([
    201,
    {
      id: expect.any(String),
      name: 'Nightly backup',
      prefix: created.body.token.slice(0, 7),
      scopes: ['services', 'account:read'],
      createdAt: expect.any(String),
      lastUsedAt: null,
      expiresAt: new Date(Date.parse(created.body.createdAt) + 7 * DAY_MS).toISOString(),
      token: expect.stringMatching(/^lk_[0-9A-Za-z]{36}$/),
    },
  ]);
  const { token, ...listed } = created.body;
  expect((await ada.rest('GET', '/auth/app-tokens')).body).toEqual({ items: [listed], nextCursor: null });
  expect((await call(t, 'GET /api/v1/me', { token })).body.user.email).toBe('ada@example.com');

  const later = await createdBy(ada);
  expect(Date.parse(later.expiresAt) - Date.parse(later.createdAt)).toBe(90 * DAY_MS);
  const [first, second] = [await ada.query('appTokens.list', { limit: 1 }), await ada.rest('GET', '/auth/app-tokens')];
  expect(first.body.result.data).toMatchObject({ items: [{ id: later.id }], nextCursor: expect.any(String) });
  expect(second.body.items.map(({ id }: { id: string }) => id)).toEqual([later.id, listed.id]);
});

test('no list, event, mail, export or log line carries a token or its hash', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, token, id } = await registeredWithAppToken(t, 'ada@example.com');
  await call(t, 'GET /api/v1/me', { token });
  await t.auth.flush();
  const root = await registeredAdmin(t);
  const told = [
    (await ada.rest('GET', '/auth/app-tokens')).text,
    (await ada.query('appTokens.list', {})).text,
    (await ada.rest('GET', '/me/export')).text,
    (await root.rest('GET', '/admin/events?limit=100')).text,
    (await ada.rest('DELETE', `/auth/app-tokens/${id}`)).text,
    (await call(t, 'GET /api/v1/me', { token })).body,
    await t.events(),
    await t.database.query('select * from auth.mail'),
    t.log,
    t.mails,
  ];
  const [row] = await t.database.query<{ hash: string; base64: string }>(
    `select encode(token_hash, 'hex') as hash, encode(token_hash, 'base64') as base64 from auth.app_token`,
  );
  const everything = JSON.stringify(told);
  expect(row?.hash).toMatch(/^[0-9a-f]{64}$/);
  for (const secret of [token, token.slice(3, 33), row?.hash, row?.base64]) expect(everything).not.toContain(secret);
});

test('its making and its end are in the log, and the owner is told of the making by mail', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, id, expiresAt } = await registeredWithAppToken(t, 'ada@example.com', { scopes: ['services'] });
  await ada.rest('DELETE', `/auth/app-tokens/${id}`);
  const data = { name: 'Nightly backup', scopes: ['services'], expiresAt };
  const events = (await t.events()).filter(({ type }) => type.startsWith('app_token.'));
  expect(events).toMatchObject([
    { type: 'app_token.created', session_id: id, data },
    { type: 'app_token.revoked', session_id: id, data },
  ]);
  await t.nextMail('ada@example.com');
  const { subject, text } = await t.nextMail('ada@example.com');
  expect(subject).toBe('An app token was created · Latchkey');
  expect(text).toContain('http://localhost:4000/account');
  expect(text).toMatch(/^Firefox on Windows · 127\.0\.0\.1 · /m);
});

test('nobody is told where that is switched off', async () => {
  await using t = await createAppTokenAuth({ mail: { notices: { appToken: false } } });
  await registeredWithAppToken(t, 'ada@example.com');
  expect(await t.database.query(`select 1 from auth.mail where template = 'app_token_created'`)).toEqual([]);
});

test('making one wants a password that was proved within minutes, revoking one does not', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, id } = await registeredWithAppToken(t, 'ada@example.com');
  await makeStale(t);
  const body = { name: 'x', scopes: ['services'] };
  const [rest, trpc] = [
    await ada.rest('POST', '/auth/app-tokens', { body }),
    await ada.mutate('appTokens.create', body),
  ];
  expect([rest.body.error.code, trpc.body.error.data.code]).toEqual(['REAUTH_REQUIRED', 'REAUTH_REQUIRED']);
  expect((await ada.rest('DELETE', `/auth/app-tokens/${id}`)).status).toBe(204);
});

test('an app token makes, lists and revokes no app tokens', async () => {
  await using t = await createAppTokenAuth();
  const { token, id } = await registeredWithAppToken(t, 'ada@example.com');
  const body = { name: 'x', scopes: ['services'] };
  for (const answer of [
    await call(t, 'GET /api/v1/auth/app-tokens', { token }),
    await call(t, 'POST /api/v1/auth/app-tokens', { token, body }),
    await call(t, `DELETE /api/v1/auth/app-tokens/${id}`, { token }),
  ]) {
    expect(answer.status).toBe(403);
    expect(answer.body.error).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('app token') });
  }
  expect((await call(t, 'GET /api/v1/me', { token })).status).toBe(200);
});

test('scopes of administrators are theirs to give; once the owner is none any more, they are worth nothing', async () => {
  await using t = await createAppTokenAuth();
  const ada = await registered(t, 'ada@example.com');
  const body = { name: 'x', scopes: ['account:read', 'admin:read', 'admin:write'] };
  const refused = await ada.rest('POST', '/auth/app-tokens', { body });
  expect([refused.status, refused.body.error.code, refused.body.error.message]).toEqual([
    403,
    'FORBIDDEN',
    'Only administrators can give an app token the scope "admin:read" or "admin:write".',
  ]);

  const root = await registeredAdmin(t);
  const { token } = await createdBy(root, { scopes: ['account:read', 'admin:read', 'admin:write'] });
  expect((await call(t, 'GET /api/v1/admin/users', { token })).status).toBe(200);
  await t.database.query(`update auth."user" set role = 'user' where email = 'root@example.com'`);
  expect((await call(t, 'GET /api/v1/admin/users', { token })).body.error.code).toBe('FORBIDDEN');
  expect((await call(t, 'GET /api/v1/me', { token })).body.user.role).toBe('user');
});

test("somebody else's token is as unknown as one that never was", async () => {
  await using t = await createAppTokenAuth();
  const { token, id } = await registeredWithAppToken(t, 'ada@example.com');
  const bob = await registered(t, 'bob@example.com');
  for (const unknown of [id, '019a9f3e-7d52-7c11-8a4b-0f9e8d7c6b5a']) {
    const { status, body } = await bob.rest('DELETE', `/auth/app-tokens/${unknown}`);
    expect([status, body.error.code, body.error.message]).toEqual([404, 'NOT_FOUND', 'No such app token.']);
  }
  expect((await bob.rest('GET', '/auth/app-tokens')).body.items).toEqual([]);
  expect((await call(t, 'GET /api/v1/me', { token })).status).toBe(200);
});

test('a user has a bounded number of them that hold; of 20 who race for the last place one gets it', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, id } = await registeredWithAppToken(t, 'ada@example.com');
  await t.database.query(
    `insert into auth.app_token (id, user_id, name, scopes, token_hash, prefix, password_changed_at, expires_at, revoked_at)
     select gen_random_uuid(), user_id, name, scopes, '', prefix, password_changed_at, expires_at,
       case when number > $1 then now() end
     from auth.app_token, generate_series(1, $2) as number`,
    [MAX_APP_TOKENS - 2, MAX_APP_TOKENS + 20],
  );
  const body = { name: 'x', scopes: ['services'] };
  const create = () => ada.rest('POST', '/auth/app-tokens', { body });
  const answers = await Promise.all(Array.from({ length: 20 }, create));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const refused = answers.find(({ status }) => status !== 201);
  expect([refused?.status, refused?.body.error.code]).toEqual([409, 'CONFLICT']);
  expect(refused?.body.error.message).toContain('50 app tokens');
  expect((await ada.rest('GET', '/auth/app-tokens?limit=100')).body.items).toHaveLength(MAX_APP_TOKENS);
  await ada.rest('DELETE', `/auth/app-tokens/${id}`);
  expect((await create()).status).toBe(201);
});

test('how many can be made in an hour is limited', async () => {
  await using t = await createAppTokenAuth({ rateLimitFactor: 1 });
  const ada = await registered(t, 'ada@example.com');
  const { points } = LIMITS.createAppToken.user;
  for (let count = 0; count < points; count += 1) await createdBy(ada);
  const refused = await ada.rest('POST', '/auth/app-tokens', { body: { name: 'x', scopes: ['services'] } });
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, expect.any(String)]);
  expect(await t.database.query(`select 1 from auth.mail where template = 'app_token_created'`)).toHaveLength(5);
});

test.each([
  { name: '', scopes: ['services'] },
  { name: 'two\nlines', scopes: ['services'] },
  { name: 'x'.repeat(101), scopes: ['services'] },
  { name: 'x', scopes: [] },
  { name: 'x', scopes: ['services', 'services'] },
  { name: 'x', scopes: ['everything'] },
  { name: 'x', scopes: ['services'], expiresInDays: 0 },
  { name: 'x', scopes: ['services'], expiresInDays: 367 },
  { name: 'x', scopes: ['services'], expiresInDays: null },
  { name: 'x', scopes: ['services'], userId: 'somebody' },
])('refuses %o', async (body) => {
  await using t = await createAppTokenAuth();
  const ada = await registered(t, 'ada@example.com');
  const { status, body: refusal } = await ada.rest('POST', '/auth/app-tokens', { body });
  expect([status, refusal.error.code]).toEqual([400, 'VALIDATION_FAILED']);
});

test('what is mistyped is refused without a question to the database', async () => {
  await using t = await createAppTokenAuth();
  const { token } = await registeredWithAppToken(t, 'ada@example.com');
  await using proxy = await createDatabaseProxy(t.database.url);
  await using cutOff = await createAppTokenAuth({ database: { ...t.database, url: proxy.url } });
  const unknown = createAppToken(new Secrets({ now: () => new Date() }));
  expect((await call(cutOff, 'GET /api/v1/me', { token: unknown })).body.error.code).toBe('UNAUTHENTICATED');

  proxy.cut();
  const typo = token.slice(0, -1) + (token.endsWith('a') ? 'b' : 'a');
  for (const wrong of [typo, 'lk_', `${token}0`, `lk_${'0'.repeat(36)}`, `lk_${'x'.repeat(5000)}`]) {
    const { status, body, headers } = await call(cutOff, 'GET /api/v1/me', { token: wrong });
    expect([status, body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  }
  expect((await call(cutOff, 'GET /api/v1/me', { token })).status).toBe(503);
});

test('a check writes nothing; the use is written down later, at most once a minute', async () => {
  await using t = await createAppTokenAuth();
  const { browser: ada, token } = await registeredWithAppToken(t, 'ada@example.com');
  const lastUsedAt = async () => (await ada.rest('GET', '/auth/app-tokens')).body.items[0].lastUsedAt;
  await Promise.all(Array.from({ length: 20 }, () => call(t, 'GET /api/v1/me', { token })));
  expect(await lastUsedAt()).toBeNull();
  await t.auth.flush();
  const first = await lastUsedAt();
  expect(Date.parse(first)).toBeGreaterThan(Date.now() - 60_000);

  await call(t, 'GET /api/v1/me', { token });
  await t.auth.flush();
  expect(await lastUsedAt()).toBe(first);
  await t.database.query(`update auth.app_token set last_used_at = last_used_at - interval '2 minutes'`);
  await call(t, 'GET /api/v1/me', { token });
  await t.auth.flush();
  expect(Date.parse(await lastUsedAt())).toBeGreaterThan(Date.parse(first) - 60_000);
});

test('an export has those that ended, too; with the account they are erased', async () => {
  await using t = await createAppTokenAuth({ account: { purgeDeletedAfterDays: 0 } });
  const { browser: ada, id } = await registeredWithAppToken(t, 'ada@example.com');
  await ada.rest('DELETE', `/auth/app-tokens/${id}`);
  const other = await createdBy(ada, { name: 'Report' });
  const { body } = await ada.rest('GET', '/me/export');
  expect(body.appTokens).toMatchObject([
    { id: other.id, name: 'Report', revokedAt: null },
    { id, name: 'Nightly backup', revokedAt: expect.any(String) },
  ]);
  expect(Object.keys(body.appTokens[0])).not.toContain('token');

  await ada.rest('DELETE', '/me');
  await t.auth.maintain();
  expect(await t.database.query('select 1 from auth.app_token')).toEqual([]);
});

test('without the module there are none, and an export says nothing of them', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  expect((await ada.rest('GET', '/auth/app-tokens')).status).toBe(404);
  expect((await ada.rest('GET', '/me/export')).body).not.toHaveProperty('appTokens');
  expect((await new Browser(t).rest('GET', '/auth/config')).body.modules).not.toContain('app-tokens');
});
