import type { Introspection, Session } from '@latchkey/contract';
import type { Authentication, PrincipalSession } from '../../kernel/principal.ts';
import { toUser } from '../users/user-view.ts';
import type { SessionRecord } from './session.entity.ts';
import { idleExpiryOf } from './session-validity.ts';

/** The session of a stored row, as a principal has it. `idleTimeoutMinutes`: of those that have none of their own. */
export const toPrincipalSession = (record: SessionRecord, idleTimeoutMinutes: number): PrincipalSession => ({
  id: record.id,
  device: {
    browser: record.browser ?? null,
    os: record.os ?? null,
    kind: record.deviceKind,
    label: record.deviceLabel,
  },
  ipAddress: record.ipAddress ?? null,
  createdAt: record.createdAt,
  lastActiveAt: record.lastActiveAt,
  idleExpiresAt: idleExpiryOf(record, record.idleTimeoutMinutes ?? idleTimeoutMinutes),
  expiresAt: record.expiresAt,
});

/** The session as it crosses the wire. */
export const toSession = (session: PrincipalSession, currentId: string | null): Session => ({
  ...session,
  current: session.id === currentId,
  createdAt: session.createdAt.toISOString(),
  lastActiveAt: session.lastActiveAt.toISOString(),
  idleExpiresAt: session.idleExpiresAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
});

/** What another service is told about a token. */
export const toIntrospection = (found: Authentication): Introspection => {
  if (found.kind !== 'active') return found;
  const { user, session, scopes, authenticatedAt, isRecent, checkedAt } = found.principal;
  return {
    kind: 'active',
    user: toUser(user),
    session: toSession(session, session.id),
    scopes: scopes === null ? null : [...scopes],
    authenticatedAt: authenticatedAt.toISOString(),
    isRecent,
    checkedAt: checkedAt.toISOString(),
  };
};
