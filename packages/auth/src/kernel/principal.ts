import type { Device, EndReason, Role } from '@latchkey/contract';
import { AuthError } from './auth-error.ts';
import type { CheckSource } from './metrics/labels.ts';

/** Where a call comes from. */
export interface Caller {
  ipAddress: string | null;
  userAgent: string | null;
  traceId: string;
}

export interface PrincipalUser {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  emailVerified: boolean;
  createdAt: Date;
}

export interface PrincipalSession {
  id: string;
  device: Device;
  ipAddress: string | null;
  createdAt: Date;
  lastActiveAt: Date;
  idleExpiresAt: Date;
  expiresAt: Date;
}

/** Who calls: a user, on a session that was active when the call came in. */
export interface Principal {
  user: PrincipalUser;
  session: PrincipalSession;
  /** Whether the password was proved within the re-authentication window. */
  isRecent: boolean;
  caller: Caller;
  /** The instant of the check, by the clock of the database. */
  checkedAt: Date;
}

/** What a session token turns out to be. */
export type Authentication =
  | { kind: 'anonymous' }
  | { kind: 'ended'; reason: EndReason }
  | { kind: 'active'; principal: Principal };

export interface AuthenticateOptions {
  caller: Caller;
  /** Puts off the idle timeout. */
  countsAsActivity: boolean;
  /** On whose behalf, for the metrics. */
  source: CheckSource;
}

/** Tells who is behind a session token; nobody, where there is none. */
export type Authenticate = (token: string | null, options: AuthenticateOptions) => Promise<Authentication>;

/** @throws AuthError UNAUTHENTICATED without a session, SESSION_ENDED with the reason of its end */
export const requirePrincipal = (authentication: Authentication): Principal => {
  if (authentication.kind === 'anonymous') throw new AuthError('UNAUTHENTICATED');
  if (authentication.kind === 'ended') {
    throw new AuthError('SESSION_ENDED', { details: { reason: authentication.reason } });
  }
  return authentication.principal;
};
