import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { RefreshTokenRepository } from './refresh-token.repository.ts';

/** One use of a session's refresh tokens; those of one session are a family, which dies with it. */
export const RefreshTokenEntity = defineEntity({
  name: 'RefreshToken',
  tableName: 'refresh_token',
  schema: 'auth',
  repository: () => RefreshTokenRepository,
  indexes: [
    {
      name: 'refresh_token_token_hash_index',
      properties: ['tokenHash'],
      expression: 'create index refresh_token_token_hash_index on auth.refresh_token using hash (token_hash)',
    },
    { name: 'refresh_token_session_id_index', properties: ['sessionId'] },
    { name: 'refresh_token_expires_at_index', properties: ['expiresAt'] },
  ],
  properties: {
    id: p.uuid().primary(),
    sessionId: p.uuid(),
    /** SHA-256 of the token; the token itself is nowhere. */
    tokenHash: p.blob(),
    issuedAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    expiresAt: p.datetime().columnType('timestamptz'),
    /** When the access token expires that was issued with it. */
    accessExpiresAt: p.datetime().columnType('timestamptz'),
    /** When it was used, and so gave way to the next one. */
    supersededAt: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type RefreshTokenRecord = InferEntity<typeof RefreshTokenEntity>;
