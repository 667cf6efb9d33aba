import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { idOf } from '../../../test/admin-scene.ts';
import { registered } from '../../../test/browser.ts';
import { eventually } from '../../../test/eventually.ts';
import { createWebhookReceiver, type ReceivedWebhook } from '../../../test/webhook-receiver.ts';
import { createWebhookScene } from '../../../test/webhook-scene.ts';

/** By the official package, and not by our own code. */
const verify = (secret: string, { raw, headers }: ReceivedWebhook): unknown =>
  new Webhook(secret).verify(raw, headers as Record<string, string>);

test('an event arrives, signed as Standard Webhooks has it', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id, secret } = await scene.create({ url: receiver.url });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);

  const event = await scene.publish('user.banned');
  const message = await receiver.first();

  expect(message.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Latchkey' });
  expect(message.id).toBe(event.id);
  expect(verify(secret, message)).toEqual({
    type: 'user.banned',
    timestamp: '2026-11-22T09:45:00.000Z',
    data: {
      id: event.id,
      userId: event.userId,
      sessionId: null,
      actorId: null,
      ipAddress: '203.0.113.7',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      details: { reason: 'Spam', note: 'naïve “quotes” \\ ? $1 🗝' },
    },
  });
  await eventually(() => scene.deliveries(id)).toMatchObject([
    { eventId: event.id, status: 'delivered', attempts: 1, lastAttempt: { status: 204, body: '', error: null } },
  ]);
});

test('whatever is changed on the way, the signature does not fit any more', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { secret } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned');
  const message = await receiver.first();
  const { headers, raw } = message;
  const other = `whsec_${randomBytes(32).toString('base64')}`;

  expect(() => verify(secret, message)).not.toThrow();
  expect(() => verify(other, message)).toThrow();
  expect(() => verify(secret, { ...message, raw: `${raw} ` })).toThrow();
  expect(() => verify(secret, { ...message, headers: { ...headers, 'webhook-id': 'x' } })).toThrow();
  const later = String(Number(headers['webhook-timestamp']) + 1);
  expect(() => verify(secret, { ...message, headers: { ...headers, 'webhook-timestamp': later } })).toThrow();
});

test('for a day after a rotation both secrets sign, then the new one alone; a third one has its place', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id, secret: first } = await scene.create({ url: receiver.url });
  const rotate = async () => (await scene.admin.rest('POST', `/admin/webhooks/${id}/rotate-secret`)).body;
  const next = async () => {
    await scene.publish('user.banned');
    return (await receiver.gets(receiver.received.length + 1)).at(-1) as ReceivedWebhook;
  };

  const rotated = await rotate();
  expect(new Set([first, rotated.secret]).size).toBe(2);
  expect(Date.parse(rotated.previousSecretUntil) - Date.now()).toBeGreaterThan(23 * 3600_000);
  const during = await next();
  expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
  for (const secret of [first, rotated.secret]) expect(() => verify(secret, during)).not.toThrow();

  const again = await rotate();
  const afterTwo = await next();
  expect(() => verify(first, afterTwo)).toThrow();
  for (const secret of [rotated.secret, again.secret]) expect(() => verify(secret, afterTwo)).not.toThrow();

  await scene.t.database.query(`update auth.webhook_endpoint set previous_secret_until = now() - interval '1 second'`);
  const afterwards = await next();
  expect(() => verify(rotated.secret, afterwards)).toThrow();
  expect(() => verify(again.secret, afterwards)).not.toThrow();
  expect((await scene.admin.rest('GET', `/admin/webhooks/${id}`)).body.previousSecretUntil).toBeNull();
});

test('a new secret is the cure where the one before cannot be read any more', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id } = await scene.create({ url: receiver.url });
  await scene.t.database.query('update auth.webhook_endpoint set secret = $1', [Buffer.alloc(60).toString('base64')]);
  const { secret } = (await scene.admin.rest('POST', `/admin/webhooks/${id}/rotate-secret`)).body;
  await scene.publish('user.banned');
  const message = await receiver.first();
  expect(() => verify(secret, message)).not.toThrow();
});

test('secrets are shown once, stored encrypted, and in no list, event or log', async () => {
  await using scene = await createWebhookScene();
  const { t, admin } = scene;
  const { id, secret } = await scene.create({ url: 'http://127.0.0.1:9/hook?token=in-the-url' });
  const rotated = (await admin.rest('POST', `/admin/webhooks/${id}/rotate-secret`)).body.secret;
  await admin.rest('PATCH', `/admin/webhooks/${id}`, { body: { description: 'Billing' } });
  await admin.rest('DELETE', `/admin/webhooks/${id}`);
  await scene.create({ url: 'http://127.0.0.1:9/hook' });

  const list = await admin.rest('GET', '/admin/webhooks');
  const events = (await t.events()).filter(({ type }) => type.startsWith('webhook.'));
  const stored = await t.database.query('select * from auth.webhook_endpoint');
  expect(events.map(({ type }) => type)).toEqual([
    'webhook.created',
    'webhook.secret_rotated',
    'webhook.updated',
    'webhook.deleted',
    'webhook.created',
  ]);
  const adminId = await idOf(admin);
  for (const { actor_id, data } of events) {
    expect(actor_id).toBe(adminId);
    expect(data).toMatchObject({ webhookId: expect.any(String) });
  }
  expect(list.body.items[0]).not.toHaveProperty('secret');
  for (const shown of [secret, rotated]) {
    const key = shown.slice('whsec_'.length);
    const hex = Buffer.from(key, 'base64').toString('hex');
    const everything = JSON.stringify([list.body, events, stored, t.log]);
    expect(everything).not.toContain(key);
    expect(everything).not.toContain(hex);
  }
  expect(JSON.stringify(events)).not.toContain('in-the-url');
});

test('each endpoint is told of what it asks for, and of nothing while it is disabled', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const urlOf = (name: string) => `${receiver.url}/${name}`;
  await scene.create({ url: urlOf('bans'), events: ['user.banned'] });
  await scene.create({ url: urlOf('users'), events: ['user.*'] });
  await scene.create({ url: urlOf('all'), events: ['*'] });
  const { id } = await scene.create({ url: urlOf('paused'), events: ['session.*'] });
  await scene.admin.rest('PATCH', `/admin/webhooks/${id}`, { body: { enabled: false } });

  const published = ['session.revoked', 'user.banned', 'user.unbanned'] as const;
  await scene.publish(...published);

  // Besides, the administrator has logged in and made webhooks.
  const told = (name: string) =>
    receiver.received
      .filter(({ path, body }) => path === `/hook/${name}` && published.some((type) => type === body.type))
      .map(({ body }) => body.type)
      .sort();
  await eventually(() => told('all')).toEqual(published);
  await eventually(() => told('users')).toEqual(['user.banned', 'user.unbanned']);
  await eventually(() => told('bans')).toEqual(['user.banned']);
  expect(told('paused')).toEqual([]);
  expect(await scene.deliveries(id)).toEqual([]);
});

test('an event that comes twice out of the outbox is sent once', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id } = await scene.create({ url: receiver.url });
  const event = await scene.publish('user.banned');
  await scene.handOver([event]);
  await scene.publish('user.unbanned');
  await receiver.gets(2);
  await eventually(async () => (await scene.deliveries(id)).map(({ status }) => status)).toEqual([
    'delivered',
    'delivered',
  ]);
  expect(receiver.received).toHaveLength(2);
});

test.each([
  ['ftp://example.com/'],
  ['https://user:password@example.com/'],
  ['https://example.com/#part'],
  ['example.com/hook'],
  ['javascript:alert(1)'],
  [`https://example.com/${'x'.repeat(2100)}`],
])('%s is no address for a webhook', async (url) => {
  await using scene = await createWebhookScene();
  const { status, body } = await scene.admin.rest('POST', '/admin/webhooks', { body: { url } });
  expect([status, body.error.code, body.error.details[0].path]).toEqual([400, 'VALIDATION_FAILED', 'url']);
});

test('private targets are refused when an endpoint is made or changed, unless they are allowed', async () => {
  const resolve = async (hostname: string) => (hostname === 'inside.example' ? ['10.0.0.5'] : ['1.1.1.1']);
  await using scene = await createWebhookScene({ allowPrivateTargets: false, resolve });
  const { admin } = scene;
  const { id } = await scene.create({ url: 'https://good.example/hook' });
  for (const url of [
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://inside.example/',
    'http://good.example/',
  ]) {
    for (const { status, body } of [
      await admin.rest('POST', '/admin/webhooks', { body: { url } }),
      await admin.rest('PATCH', `/admin/webhooks/${id}`, { body: { url } }),
    ]) {
      expect([status, body.error.details[0].path], url).toEqual([400, 'url']);
    }
  }
  expect((await admin.rest('GET', '/admin/webhooks')).body.items).toMatchObject([{ url: 'https://good.example/hook' }]);
});

test('the number of endpoints is bounded', async () => {
  await using scene = await createWebhookScene();
  for (let count = 0; count < 50; count += 1) await scene.create({ url: `https://example.com/${count}` });
  const { status, body } = await scene.admin.rest('POST', '/admin/webhooks', { body: { url: 'https://example.com/' } });
  expect([status, body.error.code]).toEqual([409, 'CONFLICT']);
});

test('a deleted endpoint is told of nothing, and is nowhere', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned');
  await receiver.gets(1);
  const [delivery] = await scene.deliveries(id);
  expect((await scene.admin.rest('DELETE', `/admin/webhooks/${id}`)).status).toBe(204);

  await scene.publish('user.unbanned');
  const calls = [
    scene.admin.rest('GET', `/admin/webhooks/${id}`),
    scene.admin.rest('PATCH', `/admin/webhooks/${id}`, { body: { enabled: true } }),
    scene.admin.rest('DELETE', `/admin/webhooks/${id}`),
    scene.admin.rest('POST', `/admin/webhooks/${id}/rotate-secret`),
    scene.admin.rest('POST', `/admin/webhooks/${id}/test`),
    scene.admin.rest('POST', `/admin/webhooks/${id}/replay`, { body: { since: '2026-01-01T00:00:00Z' } }),
    scene.admin.rest('GET', `/admin/webhooks/${id}/deliveries`),
    scene.admin.rest('POST', `/admin/webhooks/deliveries/${delivery?.id}/replay`),
  ];
  for (const { status, body } of await Promise.all(calls))
    expect([status, body.error.code]).toEqual([404, 'NOT_FOUND']);
  expect((await scene.admin.rest('GET', '/admin/webhooks')).body.items).toEqual([]);
  expect(receiver.received).toHaveLength(1);
});

test('webhooks are for administrators', async () => {
  await using scene = await createWebhookScene();
  const ada = await registered(scene.t, 'ada@example.com');
  const body = { url: 'https://example.com/' };
  expect((await ada.rest('POST', '/admin/webhooks', { body })).status).toBe(403);
  await scene.t.makeAdmin('ada@example.com');
  expect((await ada.rest('POST', '/admin/webhooks', { body })).status).toBe(201);
});

test.each(['user.logn', 'session.activity_updated', 'carrier.*', 'webhook.test'])(
  'an endpoint cannot ask for %s, which never comes',
  async (name) => {
    await using scene = await createWebhookScene();
    const url = 'https://127.0.0.1:9/hook';
    const { id } = await scene.create({ url });
    const refused = {
      code: 'VALIDATION_FAILED',
      details: [{ path: 'events.1', message: `There is no kind of event that matches "${name}".` }],
    };
    const body = { url, events: ['user.login', name] };

    const made = await scene.admin.rest('POST', '/admin/webhooks', { body });
    const changed = await scene.admin.rest('PATCH', `/admin/webhooks/${id}`, { body: { events: body.events } });

    expect([made.status, made.body.error]).toMatchObject([400, refused]);
    expect([changed.status, changed.body.error]).toMatchObject([400, refused]);
  },
);
