import type { Device, EndReason, Role, Scope } from '@latchkey/contract';
import { AuthError } from './auth-error.ts';
import type { CheckSource } from './metrics/labels.ts';

/** Where a call comes from. */
export interface Caller {
  ipAddress: string | null;
  userAgent: string | null;
  traceId: string;
}

/** What the service does by itself comes from nowhere. */
export const nobody = (traceId: string): Caller => ({ ipAddress: null, userAgent: null, traceId });

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

/** What a caller shows: the session token of a cookie, or what stands behind `Authorization: Bearer` (RFC 6750). */
export interface Credential {
  kind: 'session' | 'bearer';
  token: string;
}

/** A bearer token counts whatever else there is. */
export const credentialOf = (bearerToken: string | null, sessionToken: string | null): Credential | null => {
  if (bearerToken !== null) return { kind: 'bearer', token: bearerToken };
  return sessionToken === null ? null : { kind: 'session', token: sessionToken };
};

/** Who calls: a user, on a session that was active when the call came in. */
export interface Principal {
  user: PrincipalUser;
  /** For an app token: the token itself, in the shape of a session. */
  session: PrincipalSession;
  /** What an app token may be used for; null for a session, which may do all that its user may. */
  scopes: readonly Scope[] | null;
  /** When the password was last proved on this session. */
  authenticatedAt: Date;
  /** Whether that is within the re-authentication window. */
  isRecent: boolean;
  caller: Caller;
  /** The instant of the check, by the clock of the database. */
  checkedAt: Date;
}

/** How a credential is looked at. `countsAsActivity`: puts off the idle timeout. */
export interface AuthenticateOptions {
  caller: Caller;
  countsAsActivity: boolean;
  /** On whose behalf, for the metrics. */
  source: CheckSource;
}

/** Tells who is behind a credential; asks the database each time. */
export type Authenticate = (credential: Credential | null, options: AuthenticateOptions) => Promise<Authentication>;

/** What a credential turns out to be. */
export type Authentication =
  | { kind: 'anonymous' }
  | { kind: 'ended'; reason: EndReason }
  | { kind: 'active'; principal: Principal };

/**
 * An app token may do what it was made for, and nothing without a name.
 * @throws AuthError FORBIDDEN
 */
export const assertScope = ({ scopes }: Principal, scope: Scope | undefined): void => {
  if (scopes === null || (scope !== undefined && scopes.includes(scope))) return;
  throw new AuthError('FORBIDDEN', { message: scope === undefined ? NEEDS_LOGIN : `This needs the scope "${scope}".` });
};

/**
 * The password was proved within the re-authentication window (OWASP ASVS 7.5.1), which no app token ever does.
 * @throws AuthError REAUTH_REQUIRED, FORBIDDEN for an app token
 */
export const assertRecent = ({ isRecent, scopes }: Principal): void => {
  if (isRecent) return;
  throw scopes === null ? new AuthError('REAUTH_REQUIRED') : new AuthError('FORBIDDEN', { message: NEEDS_LOGIN });
};

const NEEDS_LOGIN = 'This needs a login; an app token cannot do it.';

/** @throws AuthError UNAUTHENTICATED without a session, SESSION_ENDED with the reason of its end */
export const requirePrincipal = (authentication: Authentication): Principal => {
  if (authentication.kind === 'anonymous') throw new AuthError('UNAUTHENTICATED');
  if (authentication.kind === 'ended') {
    throw new AuthError('SESSION_ENDED', { details: { reason: authentication.reason } });
  }
  return authentication.principal;
};

/**
 * Who is logged in, where anyone may call. An app token is no login.
 * @throws AuthError UNAUTHENTICATED, SESSION_ENDED, FORBIDDEN for an app token
 */
export const requireLogin = (authentication: Authentication): Principal => {
  const principal = requirePrincipal(authentication);
  assertScope(principal, undefined);
  return principal;
};
