import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { SigningKeyRepository } from './signing-key.repository.ts';
import { SigningAlgorithm } from './signing-key.ts';

/** A key pair; its private half is encrypted. */
export const SigningKeyEntity = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_key',
  schema: 'auth',
  repository: () => SigningKeyRepository,
  properties: {
    kid: p.text().primary(),
    algorithm: p.enum(SigningAlgorithm.options),
    publicJwk: p.json<Record<string, string>>().columnType('jsonb'),
    privateKey: p.blob(),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    signsFrom: p.datetime().columnType('timestamptz'),
    retiredAt: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type SigningKeyRecord = InferEntity<typeof SigningKeyEntity>;
