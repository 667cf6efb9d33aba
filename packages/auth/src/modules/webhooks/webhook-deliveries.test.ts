import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import { eventually } from '../../../test/eventually.ts';
import { readFigures } from '../../../test/read-figures.ts';
import { arrived, createWebhookReceiver, failed, hanging } from '../../../test/webhook-receiver.ts';
import { createWebhookScene, type WebhookScene } from '../../../test/webhook-scene.ts';

const firstDelivery = async (scene: WebhookScene, webhookId: string) => (await scene.deliveries(webhookId))[0];

const webhook = async ({ admin }: WebhookScene, id: string) => (await admin.rest('GET', `/admin/webhooks/${id}`)).body;

test('what fails is tried again, with the same id and content, until it arrives', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver(failed);
  const { id } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned');
  await eventually(() => firstDelivery(scene, id)).toMatchObject({
    status: 'pending',
    attempts: 1,
    lastAttempt: { status: 500, body: 'Out of paper', error: null },
  });
  expect(await webhook(scene, id)).toMatchObject({ enabled: true, failingSince: expect.any(String) });

  await scene.retryNow();
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ status: 'pending', attempts: 2 });
  receiver.answer = arrived;
  await scene.retryNow();
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ status: 'delivered', attempts: 3 });

  const [first, ...others] = receiver.received;
  expect(others).toHaveLength(2);
  for (const { id: messageId, raw } of others) expect([messageId, raw]).toEqual([first?.id, first?.raw]);
  expect(await webhook(scene, id)).toMatchObject({ failingSince: null });
});

test('pauses grow, and a receiver that is busy is left alone for as long as it asks', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver(failed);
  const { id } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned');
  const pause = async () => {
    const [row] = await scene.t.database.query<{ seconds: number }>(
      'select extract(epoch from next_attempt_at - last_attempt_at)::float8 as seconds from auth.webhook_delivery',
    );
    return row?.seconds ?? 0;
  };
  const isBetween = async (least: number) => {
    expect(await pause()).toBeGreaterThanOrEqual(least);
    expect(await pause()).toBeLessThanOrEqual(least * 1.25);
  };

  for (const [attempts, least] of [5, 20, 80].entries()) {
    await eventually(() => firstDelivery(scene, id)).toMatchObject({
      attempts: attempts + 1,
      lastAttempt: { status: 500 },
    });
    await eventually(() => scene.settled()).toBe(attempts + 1);
    await isBetween(least);
    await scene.retryNow();
  }
  receiver.answer = (response) => void response.writeHead(429, { 'retry-after': '7200' }).end();
  await scene.retryNow();
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ lastAttempt: { status: 429 } });
  await isBetween(7200);
});

test('after the last attempt it is given up, and can be sent again by hand', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver(failed);
  const { id } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned');
  await receiver.gets(1);
  await eventually(() => scene.settled()).toBe(1);
  await scene.t.database.query('update auth.webhook_delivery set attempts = 12, next_attempt_at = now()');
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ status: 'dead', attempts: 13 });
  expect(scene.t.log).toContainEqual(expect.objectContaining({ level: 'error', message: 'A webhook was given up' }));

  receiver.answer = arrived;
  const delivery = await firstDelivery(scene, id);
  const replayed = await scene.admin.rest('POST', `/admin/webhooks/deliveries/${delivery?.id}/replay`);
  expect([replayed.status, replayed.body.status]).toEqual([202, 'pending']);
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ status: 'delivered', attempts: 1 });
  expect(new Set(receiver.received.map(({ id: messageId }) => messageId)).size).toBe(1);
});

test('410 disables an endpoint at once; the administrators get a mail, the audit log an event', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver((response) => void response.writeHead(410).end());
  const { id } = await scene.create({ url: `${receiver.url}?token=hidden`, description: 'Billing' });
  await scene.publish('user.banned');
  await eventually(() => webhook(scene, id)).toMatchObject({ enabled: false, disabledReason: 'gone' });
  expect(await firstDelivery(scene, id)).toMatchObject({ status: 'dead', lastAttempt: { status: 410 } });

  const mailed = () => scene.t.mails.filter(({ subject }) => subject.startsWith('A webhook was disabled'));
  await eventually(() => mailed().length).toBe(1);
  expect(mailed()[0]).toMatchObject({ text: expect.stringContaining(`/admin/webhooks/${id}`) });
  expect(mailed()[0]?.text).toContain('Billing');
  expect(mailed()[0]?.text).not.toContain('hidden');
  const events = (await scene.t.events()).filter(({ type }) => type === 'webhook.disabled');
  expect(events).toMatchObject([{ actor_id: null, data: { webhookId: id, reason: 'gone' } }]);

  for (const path of [
    `/admin/webhooks/${id}/test`,
    `/admin/webhooks/deliveries/${(await firstDelivery(scene, id))?.id}/replay`,
  ]) {
    const { status, body } = await scene.admin.rest('POST', path);
    expect([status, body.error.code]).toEqual([409, 'CONFLICT']);
  }
});

test('three days of nothing but failures disable an endpoint; who enables it gives it a new chance', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver(failed);
  const { id } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned');
  await eventually(() => webhook(scene, id)).toMatchObject({ enabled: true, failingSince: expect.any(String) });

  const age = (hours: number) =>
    scene.t.database.query(
      `update auth.webhook_endpoint set failures = 40, failing_since = now() - make_interval(hours => $1)`,
      [hours],
    );
  await age(71);
  await scene.retryNow();
  await eventually(() => scene.settled()).toBe(2);
  expect(await webhook(scene, id)).toMatchObject({ enabled: true });
  await age(72);
  await scene.retryNow();
  await eventually(() => webhook(scene, id)).toMatchObject({ enabled: false, disabledReason: 'failures' });
  await eventually(() => scene.t.mails.filter(({ subject }) => subject.includes('disabled')).length).toBe(1);

  receiver.answer = arrived;
  const enabled = await scene.admin.rest('PATCH', `/admin/webhooks/${id}`, { body: { enabled: true } });
  expect(enabled.body).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
  await scene.retryNow();
  // What was held goes out.
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ status: 'delivered' });
});

const setEnabled = ({ admin }: WebhookScene, id: string, enabled: boolean) =>
  admin.rest('PATCH', `/admin/webhooks/${id}`, { body: { enabled } });

/** What was committed until now has passed by the webhooks that are enabled. */
const outboxIsEmpty = ({ t }: WebhookScene) =>
  eventually(() => t.database.query('select 1 from auth.event_pending limit 1')).toEqual([]);

test('everything since an instant is sent again: delivered, given up, and missed while disabled', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id } = await scene.create({ url: receiver.url });
  const { t, admin } = scene;
  await setEnabled(scene, id, false);
  // Three events of which the audit log knows, a day, two hours and a moment ago.
  for (const hours of [24, 2, 0]) {
    const prefix = Math.floor(Date.now() - hours * 3600_000)
      .toString(16)
      .padStart(12, '0');
    await t.database.query(
      `insert into auth.event (id, occurred_at, type, user_id, trace_id, data)
       values ($1, now() - make_interval(hours => $2), 'user.banned', gen_random_uuid(), 'a', '{"reason":"Spam"}')`,
      [`${prefix.slice(0, 8)}-${prefix.slice(8)}-7000-8000-00000000000a`, hours],
    );
  }
  await outboxIsEmpty(scene);
  await setEnabled(scene, id, true);
  const replay = async (hours: number) => {
    const since = new Date(Date.now() - hours * 3600_000).toISOString();
    return admin.rest('POST', `/admin/webhooks/${id}/replay`, { body: { since } });
  };

  const ahead = await replay(-1);
  expect([ahead.status, ahead.body.error.details]).toEqual([
    400,
    [{ path: 'since', message: 'Choose an instant in the past.' }],
  ]);
  const first = await replay(3);
  expect([first.status, first.body]).toEqual([202, { queued: 2, nextCursor: null }]);
  await eventually(async () => (await scene.deliveries(id)).map(({ status }) => status)).toEqual([
    'delivered',
    'delivered',
  ]);
  expect((await replay(30)).body).toEqual({ queued: 3, nextCursor: null });
  await receiver.gets(5);
  await eventually(async () => (await scene.deliveries(id)).map(({ status }) => status)).toEqual(
    Array(3).fill('delivered'),
  );
  expect(new Set(receiver.received.map(({ id: messageId }) => messageId)).size).toBe(3);
  expect(receiver.received).toHaveLength(5);
});

test('a long time is sent again in portions, each of which says where to go on', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id } = await scene.create({ url: receiver.url });
  await setEnabled(scene, id, false);
  await scene.t.database.query(
    `insert into auth.event (id, occurred_at, type, user_id, trace_id, data)
     select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7000' || lpad(to_hex(n), 16, '0'))::uuid,
       now(), case when n % 50 = 0 then 'user.unbanned' else 'user.exported' end, gen_random_uuid(), 'a', '{}'
     from generate_series(1, 6000) n`,
  );
  await outboxIsEmpty(scene);
  await setEnabled(scene, id, true);
  const since = new Date(Date.now() - 3600_000).toISOString();
  let queued = 0;
  let calls = 0;
  for (let cursor: string | null | undefined; cursor !== null; calls += 1) {
    const { body } = await scene.admin.rest('POST', `/admin/webhooks/${id}/replay`, { body: { since, cursor } });
    queued += body.queued;
    cursor = body.nextCursor;
  }
  expect([queued, calls]).toEqual([120, 2]);
  await receiver.gets(120);
});

test('a test message is signed, sent once, and tried once', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver(failed);
  const { id } = await scene.create({ url: receiver.url });
  const { status, body } = await scene.admin.rest('POST', `/admin/webhooks/${id}/test`);
  expect([status, body.eventType]).toEqual([202, 'webhook.test']);
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ status: 'dead', attempts: 1 });
  expect(receiver.received[0]?.body).toMatchObject({ type: 'webhook.test', data: { id: body.eventId } });
  expect(await webhook(scene, id)).toMatchObject({ failingSince: null });
  await eventually(() => readFigures(scene.t.auth)).toMatchObject({
    'auth_webhook_deliveries_total{status="failed"}': 1,
    'auth_webhook_deliveries_total{status="dead"}': 0,
  });
  expect(scene.t.log.filter(({ level }) => level === 'error')).toEqual([]);
});

test('whoever has something sent again is in the audit log', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id } = await scene.create({ url: receiver.url });
  const { id: eventId } = await scene.publish('user.banned');
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ status: 'delivered' });
  const delivery = await firstDelivery(scene, id);
  const since = '2026-11-01T00:00:00.000Z';
  await scene.admin.rest('POST', `/admin/webhooks/deliveries/${delivery?.id}/replay`);
  await scene.admin.rest('POST', `/admin/webhooks/${id}/replay`, { body: { since } });
  const events = (await scene.t.events()).filter(({ type }) => type === 'webhook.replayed');
  const about = { webhookId: id, host: new URL(receiver.url).host };
  expect(events.map(({ data }) => data)).toEqual([
    { ...about, eventId },
    { ...about, since },
  ]);
  for (const { actor_id } of events) expect(actor_id).not.toBeNull();
});

test('redirects are failures, wherever they lead', async () => {
  await using inside = await createWebhookReceiver();
  for (const code of [301, 302, 303, 307, 308]) {
    await using scene = await createWebhookScene();
    await using receiver = await createWebhookReceiver(
      (response) => void response.writeHead(code, { location: inside.url }).end('Elsewhere'),
    );
    const { id } = await scene.create({ url: receiver.url });
    await scene.publish('user.banned');
    await eventually(() => firstDelivery(scene, id)).toMatchObject({
      status: 'pending',
      lastAttempt: { status: code, body: 'Elsewhere' },
    });
  }
  expect(inside.received).toEqual([]);
});

test('a name that leads elsewhere by now is refused at the attempt (DNS rebinding)', async () => {
  await using receiver = await createWebhookReceiver();
  const asked: string[] = [];
  let addresses = ['1.1.1.1'];
  const resolve = async (hostname: string) => {
    asked.push(hostname);
    return addresses;
  };
  await using scene = await createWebhookScene({ allowPrivateTargets: false, resolve });
  const { id } = await scene.create({ url: `https://hooks.example:${receiver.port}/hook` });
  addresses = ['127.0.0.1'];
  await scene.publish('user.banned');
  await eventually(() => firstDelivery(scene, id)).toMatchObject({
    status: 'pending',
    lastAttempt: { status: null, error: 'TARGET_REFUSED' },
  });
  expect(receiver.received).toEqual([]);
  // Once for making it, once for the attempt: nobody asks again between the check and the connection.
  expect(asked).toEqual(['hooks.example', 'hooks.example']);
});

test('the connection goes to the address that was checked, with the name as Host', async () => {
  await using receiver = await createWebhookReceiver();
  await using scene = await createWebhookScene({ resolve: async () => ['127.0.0.1'] });
  await scene.create({ url: `http://hooks.example:${receiver.port}/hook` });
  await scene.publish('user.banned');
  expect((await receiver.first()).headers.host).toBe(`hooks.example:${receiver.port}`);
});

test('over https the name is asked for, and whoever cannot prove it gets nothing', async () => {
  const { promise: name, resolve: named } = Promise.withResolvers<string>();
  const server = createTlsServer({
    SNICallback: (servername, done) => {
      named(servername);
      done(new Error('No certificate'));
    },
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await using scene = await createWebhookScene({ resolve: async () => ['127.0.0.1'] });
  const { id } = await scene.create({ url: `https://hooks.example:${port}/hook` });
  await scene.publish('user.banned');
  expect(await name).toBe('hooks.example');
  await eventually(() => firstDelivery(scene, id)).toMatchObject({
    lastAttempt: { status: null, error: expect.any(String) },
  });
  server.close();
});

test.each([
  ['nobody listens', 'http://127.0.0.1:1/', 'ECONNREFUSED'],
  ['nobody knows the name', 'http://nowhere.invalid/', 'ENOTFOUND'],
])('%s: it waits, and says why', async (_, url, error) => {
  await using scene = await createWebhookScene({
    resolve: async () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
  });
  const { id } = await scene.create({ url });
  await scene.publish('user.banned');
  await eventually(() => firstDelivery(scene, id)).toMatchObject({
    status: 'pending',
    lastAttempt: { status: null, error },
  });
});

test('a secret that was stored under another key waits for it, and does not go out unsigned', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id } = await scene.create({ url: receiver.url });
  await scene.t.database.query('update auth.webhook_endpoint set secret = $1', [Buffer.alloc(60).toString('base64')]);
  await scene.publish('user.banned');
  await eventually(() => firstDelivery(scene, id)).toMatchObject({
    status: 'pending',
    lastAttempt: { error: 'SECRET_UNREADABLE' },
  });
  expect(receiver.received).toEqual([]);
});

test('an endpoint that hangs is left after the time is up, and keeps nobody else waiting', async () => {
  await using scene = await createWebhookScene({ timeoutSeconds: 2 });
  await using stuck = await createWebhookReceiver(hanging);
  await using well = await createWebhookReceiver();
  const { id } = await scene.create({ url: stuck.url, events: ['user.banned'] });
  await scene.publish('user.banned', ...Array<string>(49).fill('user.banned'));
  await stuck.gets(4);
  await scene.create({ url: well.url, events: ['user.unbanned'] });
  await scene.publish('user.unbanned', ...Array<string>(99).fill('user.unbanned'));
  await well.gets(100);
  const timedOut = async () => (await scene.deliveries(id)).some(({ lastAttempt }) => lastAttempt?.error === 'TIMEOUT');
  await eventually(timedOut).toBe(true);
  expect(stuck.peak).toBe(4);
});

test('however many endpoints hang, those that are well have their places', async () => {
  await using scene = await createWebhookScene();
  await using stuck = await createWebhookReceiver(hanging);
  for (let count = 0; count < 40; count += 1) await scene.create({ url: `${stuck.url}/${count}` });
  await using well = await createWebhookReceiver();
  await scene.create({ url: well.url, events: ['user.restored'] });
  await scene.publish('user.banned', ...Array<string>(9).fill('user.unbanned'));
  await stuck.gets(160);
  await scene.publish('user.restored', ...Array<string>(9).fill('user.restored'));
  await well.gets(10);
  expect(stuck.peak).toBe(160);
});

test('one that fails is tried by one message at a time, until it is well again', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver(failed);
  await using well = await createWebhookReceiver();
  const { id } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned');
  await eventually(() => webhook(scene, id)).toMatchObject({ failingSince: expect.any(String) });
  const held = Promise.withResolvers<void>();
  receiver.answer = (response) => void held.promise.then(() => arrived(response));
  await scene.publish('user.banned', ...Array<string>(19).fill('user.unbanned'));
  await receiver.gets(2);
  // Others are told meanwhile.
  await scene.create({ url: well.url, events: ['user.restored'] });
  await scene.publish('user.restored', ...Array<string>(9).fill('user.restored'));
  await well.gets(10);
  expect(receiver.received).toHaveLength(2);
  held.resolve();
  await scene.retryNow();
  await eventually(() => scene.pending(id)).toBe(0);
  expect((await scene.deliveries(id)).map(({ status }) => status)).toEqual(Array(21).fill('delivered'));
});

test('an answer without an end is not listened to for long', async () => {
  await using scene = await createWebhookScene();
  let written = 0;
  const isClosed = Promise.withResolvers<void>();
  await using flood = await createWebhookReceiver((response) => {
    const chunk = Buffer.alloc(65_536, 'x');
    const more = () => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length;
    };
    response
      .on('drain', more)
      .on('close', isClosed.resolve)
      .on('error', () => {});
    more();
  });
  const { id } = await scene.create({ url: flood.url });
  await scene.publish('user.banned');
  await isClosed.promise;
  await eventually(() => firstDelivery(scene, id)).toMatchObject({ status: 'delivered', lastAttempt: { status: 200 } });
  expect((await firstDelivery(scene, id))?.lastAttempt?.body).toHaveLength(4096);
  // What the sockets buffer, and no gigabyte.
  expect(written).toBeLessThan(32 * 1024 * 1024);
});

test('an answer that drips is cut off when the time is up, and counts as none', async () => {
  await using scene = await createWebhookScene({ timeoutSeconds: 1 });
  await using receiver = await createWebhookReceiver((response) => {
    const drip = setInterval(() => response.write('.'), 50);
    response.on('close', () => clearInterval(drip));
  });
  const { id } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned');
  await eventually(() => firstDelivery(scene, id)).toMatchObject({
    status: 'pending',
    lastAttempt: { error: 'TIMEOUT' },
  });
});

test('a receiver that wants to speak another protocol has failed, and is tried again', async () => {
  await using scene = await createWebhookScene();
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { id } = await scene.create({ url: `http://127.0.0.1:${port}/` });
  await scene.publish('user.banned');
  for (const attempts of [1, 2]) {
    await eventually(() => firstDelivery(scene, id)).toMatchObject({
      status: 'pending',
      attempts,
      lastAttempt: { status: null, error: 'UPGRADE_REFUSED' },
    });
    await eventually(() => scene.settled()).toBe(attempts);
    expect(connections).toBe(attempts);
    await scene.retryNow();
  }
  server.close();
});

test('two instances share the work, and send each message once', async () => {
  await using here = await createWebhookScene();
  await using there = await createWebhookScene({ database: here.t.database, encryptionKey: here.encryptionKey });
  await using receiver = await createWebhookReceiver();
  const { id } = await here.create({ url: receiver.url });
  const types = Array<string>(50).fill('user.unbanned');
  for (let round = 0; round < 4; round += 1) {
    await Promise.all([here.publish('user.banned', ...types), there.publish('user.banned', ...types)]);
  }
  await receiver.gets(408);
  await eventually(() => here.pending(id)).toBe(0);
  expect(new Set(receiver.received.map(({ id: messageId }) => messageId)).size).toBe(408);
  expect(receiver.received).toHaveLength(408);
});

test('what a stopped instance had in hand is sent by the next one', async () => {
  await using here = await createWebhookScene();
  await using receiver = await createWebhookReceiver(hanging);
  const { id } = await here.create({ url: receiver.url });
  await here.publish('user.banned');
  await receiver.gets(1);
  await here.t.auth.close();
  receiver.answer = arrived;
  await here.t.database.query('update auth.webhook_delivery set next_attempt_at = now()');
  await using there = await createWebhookScene({ database: here.t.database, encryptionKey: here.encryptionKey });
  await eventually(() => firstDelivery(there, id)).toMatchObject({ status: 'delivered', attempts: 2 });
});

test('cleaning: old deliveries go, those of deleted endpoints too, and what is held is given up', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { t } = scene;
  const { id: kept } = await scene.create({ url: receiver.url });
  const { id: deleted } = await scene.create({ url: receiver.url });
  await scene.publish('user.banned', 'user.unbanned');
  await eventually(() => scene.pending(kept)).toBe(0);
  await eventually(() => scene.pending(deleted)).toBe(0);
  await t.database.query(
    `update auth.webhook_delivery set finished_at = now() - interval '31 days' where event_type = 'user.banned'`,
  );
  await scene.admin.rest('DELETE', `/admin/webhooks/${deleted}`);
  await scene.clean();
  const rows = await t.database.query('select endpoint_id, event_type from auth.webhook_delivery');
  expect(rows).toEqual([{ endpoint_id: kept, event_type: 'user.unbanned' }]);
  expect(await t.database.query('select id from auth.webhook_endpoint')).toEqual([{ id: kept }]);

  receiver.answer = failed;
  await scene.publish('user.banned');
  await eventually(() => scene.settled()).toBe(1);
  await scene.admin.rest('PATCH', `/admin/webhooks/${kept}`, { body: { enabled: false } });
  await t.database.query(`update auth.webhook_delivery set queued_at = now() - interval '73 hours'`);
  await scene.clean();
  expect((await scene.deliveries(kept)).map(({ status }) => status).sort()).toEqual(['dead', 'delivered']);
});
