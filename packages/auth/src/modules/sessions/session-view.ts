import type { Session } from '@latchkey/contract';
import type { PrincipalSession } from '../../kernel/principal.ts';
import type { SessionRecord } from './session.entity.ts';
import { idleExpiryOf } from './session-validity.ts';

/** The session of a stored row, as a principal has it. */
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
  idleExpiresAt: idleExpiryOf(record, idleTimeoutMinutes),
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
