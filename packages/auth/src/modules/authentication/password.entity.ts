import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { PasswordRepository } from './password.repository.ts';

/** Kept apart from the user, so that nothing which lists users can carry a hash along. */
export const PasswordEntity = defineEntity({
  name: 'Password',
  tableName: 'password',
  schema: 'auth',
  repository: () => PasswordRepository,
  properties: {
    userId: p.uuid().primary(),
    hash: p.text(),
    changedAt: p.datetime().columnType('timestamptz'),
  },
});

export type PasswordRecord = InferEntity<typeof PasswordEntity>;
