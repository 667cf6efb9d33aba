import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { VerificationRepository } from './verification.repository.ts';
import { PURPOSES } from './verification-purpose.ts';

/** What somebody may do once, by proving that they read the mails of an address. */
export const VerificationEntity = defineEntity({
  name: 'Verification',
  tableName: 'verification',
  schema: 'auth',
  repository: () => VerificationRepository,
  indexes: [
    { name: 'verification_user_id_index', properties: ['userId'] },
    { name: 'verification_created_at_index', properties: ['createdAt'] },
  ],
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    purpose: p.enum(PURPOSES),
    /** Whose mailbox it proves. */
    email: p.text(),
    /** The session epoch of the user in which it was asked for; null: it holds in any. */
    sessionEpoch: p.integer().nullable(),
    /** SHA-256 of the token in the link; null until the mail is sent. */
    tokenHash: p.blob().unique('verification_token_hash_unique').nullable(),
    /** The code has 40 bits, so it is hashed as slowly as a password. */
    codeHash: p.text().nullable(),
    /** How often the code was tried. */
    attempts: p.integer().default(0),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    sentAt: p.datetime().columnType('timestamptz').nullable(),
    expiresAt: p.datetime().columnType('timestamptz').nullable(),
    usedAt: p.datetime().columnType('timestamptz').nullable(),
    supersededAt: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type VerificationRecord = InferEntity<typeof VerificationEntity>;
