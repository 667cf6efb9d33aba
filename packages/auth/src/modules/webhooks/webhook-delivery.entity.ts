import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { WebhookDeliveryRepository } from './webhook-delivery.repository.ts';

/** One event on its way to one endpoint, with the last answer. */
export const WebhookDeliveryEntity = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  schema: 'auth',
  repository: () => WebhookDeliveryRepository,
  uniques: [{ name: 'webhook_delivery_endpoint_id_event_id_unique', properties: ['endpointId', 'eventId'] }],
  indexes: [
    { name: 'webhook_delivery_endpoint_id_id_index', properties: ['endpointId', 'id'] },
    {
      name: 'webhook_delivery_due_index',
      properties: ['endpointId', 'nextAttemptAt'],
      expression: `create index webhook_delivery_due_index on auth.webhook_delivery (endpoint_id, next_attempt_at) where status = 'pending'`,
    },
    {
      name: 'webhook_delivery_dead_index',
      properties: ['endpointId', 'id'],
      expression: `create index webhook_delivery_dead_index on auth.webhook_delivery (endpoint_id, id) where status = 'dead'`,
    },
    {
      name: 'webhook_delivery_finished_index',
      properties: ['finishedAt'],
      expression:
        'create index webhook_delivery_finished_index on auth.webhook_delivery (finished_at) where finished_at is not null',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    endpointId: p.uuid(),
    eventId: p.uuid(),
    eventType: p.text(),
    /** As it is signed and sent, byte for byte, at each attempt. */
    body: p.text(),
    status: p.enum(['pending', 'delivered', 'dead']).default('pending'),
    attempts: p.integer().default(0),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    /** When its attempts began to count, which a replay sets anew. */
    queuedAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    /** Also the lease: while somebody sends it, nobody else tries. */
    nextAttemptAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    finishedAt: p.datetime().columnType('timestamptz').nullable(),
    lastAttemptAt: p.datetime().columnType('timestamptz').nullable(),
    durationMs: p.integer().nullable(),
    responseStatus: p.integer().nullable(),
    responseBody: p.text().nullable(),
    /** Why there was no answer. */
    error: p.text().nullable(),
  },
});

export type WebhookDeliveryRecord = InferEntity<typeof WebhookDeliveryEntity>;
