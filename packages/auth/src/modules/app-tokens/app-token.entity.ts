import type { Scope } from '@latchkey/contract';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { AppTokenRepository } from './app-token.repository.ts';

export const AppTokenEntity = defineEntity({
  name: 'AppToken',
  tableName: 'app_token',
  schema: 'auth',
  repository: () => AppTokenRepository,
  indexes: [
    {
      name: 'app_token_token_hash_index',
      properties: ['tokenHash'],
      expression: 'create index app_token_token_hash_index on auth.app_token using hash (token_hash)',
    },
    { name: 'app_token_user_id_id_index', properties: ['userId', 'id'] },
    {
      name: 'app_token_end_index',
      properties: ['expiresAt', 'revokedAt'],
      expression: 'create index app_token_end_index on auth.app_token (least(expires_at, revoked_at))',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    name: p.text(),
    scopes: p.array().$type<Scope[]>(),
    /** SHA-256 of the token; the token itself is nowhere. */
    tokenHash: p.blob(),
    /** How it begins, for people to tell it from others. */
    prefix: p.text(),
    /** Which password was valid when it was made: with another one it does not hold. */
    passwordChangedAt: p.datetime().columnType('timestamptz').nullable(),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    expiresAt: p.datetime().columnType('timestamptz'),
    /** Written once a minute. */
    lastUsedAt: p.datetime().columnType('timestamptz').nullable(),
    revokedAt: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type AppTokenRecord = InferEntity<typeof AppTokenEntity>;
