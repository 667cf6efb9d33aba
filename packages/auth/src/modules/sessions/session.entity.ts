import { Device, EndReason } from '@latchkey/contract';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { SessionRepository } from './session.repository.ts';

export const SessionEntity = defineEntity({
  name: 'Session',
  tableName: 'session',
  schema: 'auth',
  repository: () => SessionRepository,
  indexes: [
    { name: 'session_user_id_id_index', properties: ['userId', 'id'] },
    {
      name: 'session_token_hash_index',
      properties: ['tokenHash'],
      expression: 'create index session_token_hash_index on auth.session using hash (token_hash)',
    },
    {
      name: 'session_open_index',
      properties: ['userId', 'createdAt'],
      expression: 'create index session_open_index on auth.session (user_id, created_at) where ended_at is null',
    },
    {
      name: 'session_over_index',
      expression: 'create index session_over_index on auth.session (least(ended_at, expires_at))',
    },
    {
      name: 'session_expiry_index',
      properties: ['expiresAt'],
      expression: 'create index session_expiry_index on auth.session (expires_at) where ended_at is null',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    /** SHA-256 of the token; the token itself is nowhere. */
    tokenHash: p.blob(),
    /** The epoch of the user in which the login began. */
    epoch: p.integer().default(0),
    userAgent: p.text().nullable(),
    browser: p.text().nullable(),
    os: p.text().nullable(),
    deviceKind: p.enum(Device.shape.kind.options),
    deviceLabel: p.text(),
    ipAddress: p.string().columnType('inet').nullable(),
    createdAt: p.datetime().columnType('timestamptz'),
    /** When the password was last proved on this session. */
    authenticatedAt: p.datetime().columnType('timestamptz'),
    lastActiveAt: p.datetime().columnType('timestamptz'),
    expiresAt: p.datetime().columnType('timestamptz'),
    /** Null: that of the settings. A session that is kept by tokens may rest for longer. */
    idleTimeoutMinutes: p.integer().nullable(),
    endedAt: p.datetime().columnType('timestamptz').nullable(),
    endReason: p.enum(EndReason.options).nullable(),
  },
});

export type SessionRecord = InferEntity<typeof SessionEntity>;
