import { defineEntity, p } from '@mikro-orm/core';

/** What happened, to whom, by whom: the audit log. Rows outlive the accounts they speak of. */
export const EventEntity = defineEntity({
  name: 'Event',
  tableName: 'event',
  schema: 'auth',
  indexes: [
    { name: 'event_user_id_id_index', properties: ['userId', 'id'] },
    { name: 'event_actor_id_id_index', properties: ['actorId', 'id'] },
    { name: 'event_type_id_index', properties: ['type', 'id'] },
    { name: 'event_ip_address_id_index', properties: ['ipAddress', 'id'] },
  ],
  properties: {
    id: p.uuid().primary(),
    occurredAt: p.datetime().columnType('timestamptz'),
    type: p.text(),
    userId: p.uuid().nullable(),
    sessionId: p.uuid().nullable(),
    actorId: p.uuid().nullable(),
    ipAddress: p.string().columnType('inet').nullable(),
    traceId: p.text(),
    data: p.json<Record<string, unknown>>().columnType('jsonb'),
  },
});
