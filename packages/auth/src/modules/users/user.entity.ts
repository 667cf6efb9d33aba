import { Role } from '@latchkey/contract';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { UserRepository } from './user.repository.ts';

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'user',
  schema: 'auth',
  repository: () => UserRepository,
  uniques: [{ name: 'user_email_unique', properties: ['email'], where: 'deleted_at is null' }],
  indexes: [
    { name: 'user_admin_index', properties: ['id'], where: `role = 'admin'` },
    { name: 'user_banned_index', properties: ['id'], where: 'banned_at is not null' },
    { name: 'user_deleted_index', properties: ['id'], where: 'deleted_at is not null' },
  ],
  properties: {
    id: p.uuid().primary(),
    /** In lower case; two accounts that are not deleted never share it. */
    email: p.text(),
    name: p.text().nullable(),
    role: p.enum(Role.options),
    emailVerifiedAt: p.datetime().columnType('timestamptz').nullable(),
    /** Raised by each "log out everywhere"; a session of an earlier epoch does not hold. */
    sessionEpoch: p.integer().default(0),
    bannedAt: p.datetime().columnType('timestamptz').nullable(),
    /** Null on a ban: for good. */
    bannedUntil: p.datetime().columnType('timestamptz').nullable(),
    banReason: p.text().nullable(),
    /** A deleted account is kept for a while; nobody meets it but administrators. */
    deletedAt: p.datetime().columnType('timestamptz').nullable(),
    createdAt: p.datetime().columnType('timestamptz'),
    updatedAt: p.datetime().columnType('timestamptz'),
  },
});

export type UserRecord = InferEntity<typeof UserEntity>;
