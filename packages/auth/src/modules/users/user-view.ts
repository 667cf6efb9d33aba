import type { User } from '@latchkey/contract';
import type { PrincipalUser } from '../../kernel/principal.ts';
import type { UserRecord } from './user.entity.ts';

/** The user of a stored row, as a principal has it. */
export const toPrincipalUser = (record: UserRecord): PrincipalUser => ({
  id: record.id,
  email: record.email,
  name: record.name ?? null,
  role: record.role,
  emailVerified: record.emailVerifiedAt != null,
  createdAt: record.createdAt,
});

/** The user as it crosses the wire. */
export const toUser = ({ createdAt, ...user }: PrincipalUser): User => ({
  ...user,
  createdAt: createdAt.toISOString(),
});
