import { expect, inject, test } from 'vitest';
import { idOf, makeStale, registeredAdmin } from '../../../test/admin-scene.ts';
import { Browser, loggedIn, registered } from '../../../test/browser.ts';
import { createTestAuth, createTestDatabase, PASSWORD } from '../../../test/create-test-auth.ts';

test('deletes my account: every session ends, the cookie goes, the log has it', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');
  const id = await idOf(ada);

  const answer = await ada.rest('DELETE', '/me');

  expect([answer.status, answer.text, ada.cookie]).toEqual([204, '', null]);
  expect((await phone.rest('GET', '/me')).body.error).toMatchObject({
    code: 'SESSION_ENDED',
    details: { reason: 'revoked' },
  });
  expect((await new Browser(t).login('ada@example.com')).body.error.code).toBe('AUTH_INVALID');
  expect((await t.events()).find(({ type }) => type === 'user.deleted')).toMatchObject({ user_id: id, actor_id: id });
});

test('deleting and exporting want the password to be proved within minutes, over REST and tRPC', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await makeStale(t);
  for (const answer of [await ada.rest('DELETE', '/me'), await ada.rest('GET', '/me/export')])
    expect([answer.status, answer.body.error.code]).toEqual([403, 'REAUTH_REQUIRED']);
  for (const answer of [await ada.mutate('users.deleteMe'), await ada.query('users.exportMe')])
    expect([answer.status, answer.body.error.data.code]).toEqual([403, 'REAUTH_REQUIRED']);
  expect((await ada.rest('GET', '/me')).status).toBe(200);
});

test('a login that a deletion overtakes leaves no session', async () => {
  await using t = await createTestAuth({ session: { maxPerUser: 0 } });
  const ada = await registered(t, 'ada@example.com');
  const browsers = Array.from({ length: 20 }, () => new Browser(t));
  await Promise.all([...browsers.map((browser) => browser.login('ada@example.com')), ada.rest('DELETE', '/me')]);
  const answers = await Promise.all(browsers.map((browser) => browser.rest('GET', '/me')));
  expect(answers.filter(({ status }) => status === 200)).toEqual([]);
});

test('of 20 deletions of one account at the same time one is written down', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const { cookie } = ada;
  const twins = Array.from({ length: 20 }, () => Object.assign(new Browser(t), { cookie }));
  const answers = await Promise.all(twins.map((twin) => twin.rest('DELETE', '/me')));
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect((await t.events()).filter(({ type }) => type === 'user.deleted')).toHaveLength(1);
});

test('the last administrator stays; with a second one the first may go', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const refused = await admin.rest('DELETE', '/me');
  expect([refused.status, refused.body.error.code]).toEqual([409, 'CONFLICT']);
  expect(admin.cookie).not.toBeNull();
  await registeredAdmin(t, 'second@example.com');
  expect((await admin.rest('DELETE', '/me')).status).toBe(204);
});

test('of two administrators who leave at the same time one stays', async () => {
  await using t = await createTestAuth();
  const admins = [await registeredAdmin(t, 'a@example.com'), await registeredAdmin(t, 'b@example.com')];
  const answers = await Promise.all(admins.map((admin) => admin.rest('DELETE', '/me')));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
});

test('exports all that is stored about me: profile, sessions that are over, too, and events', async () => {
  await using t = await createTestAuth();
  const admin = await registeredAdmin(t);
  const ada = await registered(t, 'ada@example.com');
  const phone = await loggedIn(t, 'ada@example.com');
  await phone.rest('POST', '/auth/logout');
  await ada.rest('PATCH', '/me', { body: { name: 'Ada' } });
  const id = await idOf(ada);
  await t.nextMail('ada@example.com');
  await admin.rest('PATCH', `/admin/users/${id}`, { body: { name: 'Augusta' } });

  const { status, body } = await ada.rest('GET', '/me/export');

  expect(status).toBe(200);
  expect(body.user).toMatchObject({ id, email: 'ada@example.com', name: 'Augusta' });
  expect(body.sessions).toMatchObject([
    { endReason: 'logged_out', ipAddress: '127.0.0.1', userAgent: expect.stringContaining('Firefox') },
    { endReason: null, device: { label: 'Firefox on Windows' } },
  ]);
  expect(body.knownDevices.length).toBeGreaterThan(0);
  expect(body.verifications).toMatchObject([{ purpose: 'verify_email', email: 'ada@example.com', usedAt: null }]);
  const mail = expect.objectContaining({ template: 'verify_email', recipient: 'ada@example.com', status: 'sent' });
  expect(body.mails).toContainEqual(mail);
  const [byAdmin, byMe] = body.events.filter(({ type }: { type: string }) => type === 'user.updated');
  expect([byAdmin.ipAddress, byMe.ipAddress]).toEqual([null, '127.0.0.1']);
  expect((await t.events()).at(-1)).toMatchObject({ type: 'user.exported', user_id: id, actor_id: id });
});

test('an export is whole beyond one page, and holds neither secrets nor anything of others', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await registered(t, 'bob@example.com');
  const id = await idOf(ada);
  await t.database.query(
    `insert into auth.event (id, occurred_at, type, user_id, trace_id, data)
     select gen_random_uuid(), now(), 'user.login', $1, 'x', '{}' from generate_series(1, 2500)`,
    [id],
  );
  await t.database.query(
    `insert into auth.session (id, user_id, token_hash, device_kind, device_label, created_at, authenticated_at, last_active_at, expires_at, ended_at, end_reason)
     select gen_random_uuid(), $1, sha256(n::text::bytea), 'other', 'x', now(), now(), now(), now(), now(), 'revoked' from generate_series(1, 1500) n`,
    [id],
  );

  const { body, text } = await ada.rest('GET', '/me/export');

  expect(body.events.filter(({ type }: { type: string }) => type === 'user.login')).toHaveLength(2500);
  expect(new Set(body.sessions.map(({ id }: { id: string }) => id)).size).toBe(1501);
  expect(text).not.toContain('bob@');
  expect(text).not.toMatch(/hash|fake\$/i);
  expect(text).not.toContain(ada.token);
});

test('the purge leaves nothing of an account but events that name nobody, and the chain stays whole', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  const bob = await registered(t, 'bob@example.com');
  const id = await idOf(ada);
  await loggedIn(t, 'ada@example.com');
  await t.auth.maintain();
  await ada.rest('DELETE', '/me');

  await t.auth.maintain();
  expect(await t.database.query('select 1 from auth."user" where id = $1', [id])).toHaveLength(1);
  await t.database.query(`update auth."user" set deleted_at = now() - interval '30 days' where id = $1`, [id]);
  await t.auth.maintain();

  for (const table of ['"user" where id', 'session where user_id', 'password where user_id'])
    expect(await t.database.query(`select 1 from auth.${table} = $1`, [id]), table).toEqual([]);
  const events = await t.database.query<{ type: string; ip_address: string | null; data: object }>(
    'select * from auth.event where user_id = $1 order by id',
    [id],
  );
  expect(events.map(({ type }) => type)).toContain('user.registered');
  expect(events.at(-1)?.type).toBe('user.purged');
  for (const event of events) expect(event).toMatchObject({ ip_address: null, data: {} });
  expect((await bob.rest('GET', '/me')).status).toBe(200);
  expect(await t.auth.verifyAuditLog()).toMatchObject({ problem: null, unsealed: 0, anonymised: expect.any(Number) });
});

test('two instances purge in batches: each account once, and those that are not due stay', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using one = await createTestAuth({ database });
  await using other = await createTestAuth({ database });
  await database.query(`
    insert into auth."user" (id, email, role, created_at, updated_at, deleted_at)
    select gen_random_uuid(), 'user-' || n || '@example.com', 'user', now(), now(),
      case when n <= 130 then now() - interval '31 days' else now() - interval '29 days' end
    from generate_series(1, 200) n`);

  await Promise.all([one.auth.maintain(), other.auth.maintain()]);
  await one.auth.maintain();

  expect(await database.query('select 1 from auth."user"')).toHaveLength(70);
  const purged = (await one.events()).filter(({ type }) => type === 'user.purged');
  expect(new Set(purged.map(({ user_id }) => user_id)).size).toBe(130);
  expect(purged).toHaveLength(130);
});

test('the purge of an account with more rows than a batch comes to an end', async () => {
  await using t = await createTestAuth({ account: { purgeDeletedAfterDays: 0 } });
  const ada = await registered(t, 'ada@example.com');
  const id = await idOf(ada);
  await t.database.query(
    `insert into auth.event (id, occurred_at, type, user_id, ip_address, trace_id, data)
     select gen_random_uuid(), now(), 'user.login', $1, '203.0.113.7', 'x', '{}' from generate_series(1, 12000)`,
    [id],
  );
  await ada.rest('DELETE', '/me');
  await t.auth.maintain();
  expect(await t.database.query('select 1 from auth."user" where id = $1', [id])).toEqual([]);
  expect(await t.database.query('select 1 from auth.event where ip_address is not null')).toEqual([]);
  expect((await t.auth.verifyAuditLog()).problem).toBeNull();
});

test('an address is free as soon as its account is deleted, also for 20 at once', async () => {
  await using t = await createTestAuth();
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('DELETE', '/me');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => new Browser(t).register('ada@example.com', PASSWORD)),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.error?.code === 'EMAIL_TAKEN')).toHaveLength(19);
});
