import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { InvalidatedTokenRepository } from './invalidated-token.repository.ts';

/** The deny list: sessions that ended, or whose password was proved anew, before their last access token expired. Triggers write it. */
export const InvalidatedTokenEntity = defineEntity({
  name: 'InvalidatedToken',
  tableName: 'invalidated_token',
  schema: 'auth',
  repository: () => InvalidatedTokenRepository,
  indexes: [{ name: 'invalidated_token_expires_at_index', properties: ['expiresAt'] }],
  properties: {
    sessionId: p.uuid().primary(),
    deniedAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    /** When the last of its access tokens has expired. */
    expiresAt: p.datetime().columnType('timestamptz'),
    /** Null: the session has ended. Otherwise it goes on, and tokens from then on hold. */
    issuedBefore: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type InvalidatedTokenRecord = InferEntity<typeof InvalidatedTokenEntity>;
