import type { Webhook, WebhookDelivery } from '@latchkey/contract';
import type { WebhookDeliveryRecord } from './webhook-delivery.entity.ts';
import type { WebhookEndpointRecord } from './webhook-endpoint.entity.ts';

export const toWebhook = (endpoint: WebhookEndpointRecord, now: Date): Webhook => {
  const { id, url, description, events, createdAt } = endpoint;
  const until = endpoint.previousSecretUntil ?? null;
  const disabledReason = endpoint.disabledReason ?? null;
  return {
    id,
    url,
    description,
    events,
    enabled: disabledReason === null,
    disabledReason,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    previousSecretUntil: until !== null && until > now ? until.toISOString() : null,
    createdAt: createdAt.toISOString(),
  };
};

export const toWebhookDelivery = (delivery: WebhookDeliveryRecord): WebhookDelivery => {
  const { id, eventId, eventType, status, attempts, body, createdAt, nextAttemptAt, lastAttemptAt } = delivery;
  return {
    id,
    eventId,
    eventType,
    status,
    attempts,
    createdAt: createdAt.toISOString(),
    nextAttemptAt: status === 'pending' ? nextAttemptAt.toISOString() : null,
    request: { body },
    lastAttempt:
      lastAttemptAt == null
        ? null
        : {
            at: lastAttemptAt.toISOString(),
            durationMs: delivery.durationMs ?? 0,
            status: delivery.responseStatus ?? null,
            body: delivery.responseBody ?? null,
            error: delivery.error ?? null,
          },
  };
};
