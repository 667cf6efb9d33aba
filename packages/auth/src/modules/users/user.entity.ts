import { Role } from '@latchkey/contract';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { UserRepository } from './user.repository.ts';

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'user',
  schema: 'auth',
  repository: () => UserRepository,
  properties: {
    id: p.uuid().primary(),
    /** In lower case; two accounts never share it. */
    email: p.text().unique('user_email_unique'),
    name: p.text().nullable(),
    role: p.enum(Role.options),
    emailVerifiedAt: p.datetime().columnType('timestamptz').nullable(),
    /** Raised by each "log out everywhere"; a session of an earlier epoch does not hold. */
    sessionEpoch: p.integer().default(0),
    createdAt: p.datetime().columnType('timestamptz'),
    updatedAt: p.datetime().columnType('timestamptz'),
  },
});

export type UserRecord = InferEntity<typeof UserEntity>;
