import type { WebhookDisabledReason } from '@latchkey/contract';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { WebhookEndpointRepository } from './webhook-endpoint.repository.ts';

/** Somebody who is told of events. The secrets are encrypted. */
export const WebhookEndpointEntity = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoint',
  schema: 'auth',
  repository: () => WebhookEndpointRepository,
  properties: {
    id: p.uuid().primary(),
    url: p.text(),
    description: p.text(),
    events: p.array().$type<string[]>(),
    secret: p.text(),
    previousSecret: p.text().nullable(),
    /** By the clock of the database. */
    previousSecretUntil: p.datetime().columnType('timestamptz').nullable(),
    /** Null: it is enabled. */
    disabledReason: p.text().$type<WebhookDisabledReason>().nullable(),
    /** In a row. */
    failures: p.integer().default(0),
    failingSince: p.datetime().columnType('timestamptz').nullable(),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    /** It stays until its deliveries have been removed, in portions. */
    deletedAt: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type WebhookEndpointRecord = InferEntity<typeof WebhookEndpointEntity>;
