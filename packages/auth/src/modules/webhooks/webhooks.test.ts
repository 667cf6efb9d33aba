import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { idOf } from '../../../test/admin-scene.ts';
import { registered } from '../../../test/browser.ts';
import { eventually } from '../../../test/eventually.ts';
import { createWebhookReceiver } from '../../../test/webhook-receiver.ts';
import { createWebhookScene } from '../../../test/webhook-scene.ts';

test('an event arrives, signed as Standard Webhooks has it', async () => {
  await using scene = await createWebhookScene();
  await using receiver = await createWebhookReceiver();
  const { id, secret } = await scene.create({ url: receiver.url, events: ['user.banned'] });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);

  const [event] = await scene.publish('user.banned');
  const [message] = await receiver.gets(1);

  expect(message?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Latchkey' });
  expect(message?.id).toBe(event?.id);
  const verified = new Webhook(secret).verify(message?.raw ?? '', message?.headers as Record<string, string>);
  expect(verified).toEqual({
    type: 'user.banned',
    timestamp: '2026-11-22T09:45:00.000Z',
    data: {
      id: event?.id,
      userId: event?.userId,
      sessionId: null,
      actorId: null,
      ipAddress: '203.0.113.7',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      details: { reason: 'Spam' },
    },
  });
  await eventually(() => scene.deliveries(id)).toMatchObject([
    { eventId: event?.id, status: 'delivered', attempts: 1, lastAttempt: { status: 204, body: '', error: null } },
  ]);
});
