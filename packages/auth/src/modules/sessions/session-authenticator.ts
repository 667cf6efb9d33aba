import {
  type Device,
  type EndReason,
  type Introspection,
  MAX_INTROSPECTED_BY_STRANGERS,
  type Role,
  type Scope,
} from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { AuthenticateOptions, Authentication, Caller, Credential, Principal } from '../../kernel/principal.ts';
import { hashToken, isToken } from '../../kernel/secrets.ts';
import type { CheckedSession } from './checked-session.ts';
import { endReasonOf, idleExpiryOf } from './session-validity.ts';
import { toIntrospection } from './session-view.ts';
import type { SessionLike, SessionWay, SessionWays } from './session-ways.ts';

interface Introspecting {
  caller: Caller;
  /** Whether the caller is a service of one's own. */
  isTrusted: boolean;
}

/** Tells who is behind a session. The one way in for every door. */
export class SessionAuthenticator {
  readonly #kernel: Kernel;
  readonly #ways: SessionWays;

  constructor(kernel: Kernel, ways: SessionWays) {
    this.#kernel = kernel;
    this.#ways = ways;
  }

  /** @throws AuthError UNAVAILABLE when the database is away, or what a rule refuses with */
  async authenticate(credential: Credential | null, options: AuthenticateOptions): Promise<Authentication> {
    if (credential === null) return { kind: 'anonymous' };
    if (credential.kind === 'bearer') return this.#kernel.bearers.authenticate(credential.token, options);
    return this.#pass(this.#ways.byToken, hashToken(credential.token), options);
  }

  /**
   * The same for a session that something else has proved to be the caller's, such as a signature.
   * @throws AuthError UNAVAILABLE when the database is away, or what a rule refuses with
   */
  async authenticateById(id: string, options: AuthenticateOptions): Promise<Authentication> {
    return this.#pass(this.#ways.byId, id, options);
  }

  /**
   * A way in for what a module keeps elsewhere and has the shape of a session; keys are hashes of tokens. It is judged
   * as sessions are, asks the database each time, and is closed with the others.
   */
  openWay(like: SessionLike): (tokenHash: string, options: AuthenticateOptions) => Promise<Authentication> {
    const way = this.#ways.open(like);
    return (tokenHash, options) => this.#pass(way, tokenHash, options);
  }

  async #pass({ check, activity }: SessionWay, key: string, options: AuthenticateOptions): Promise<Authentication> {
    const { caller, countsAsActivity, source } = options;
    const row = await this.#kernel.tracer.part('session.check', () => check.find(key, source));
    if (row === null) return { kind: 'anonymous' };
    const { session } = this.#kernel.config;
    const idleTimeoutMinutes = row.idle_timeout_minutes ?? session.idleTimeoutMinutes;
    const times = {
      lastActiveAt: new Date(Math.max(row.last_active_at, activity.lastSeen(row.session_id))),
      expiresAt: new Date(row.expires_at),
      endReason: row.end_reason as EndReason | null,
    };
    const reason = endReasonOf(times, idleTimeoutMinutes, new Date(row.now));
    if (reason !== null) return { kind: 'ended', reason };

    const isRecent = row.now - row.authenticated_at < session.reauthWindowMinutes * 60_000;
    if (countsAsActivity) {
      times.lastActiveAt = new Date(row.now);
      activity.record(row.session_id, times.lastActiveAt);
    }
    const principal = toPrincipal(
      row,
      { ...times, idleExpiresAt: idleExpiryOf(times, idleTimeoutMinutes) },
      isRecent,
      caller,
    );
    await this.#kernel.rules.check('authenticate', { principal });
    return { kind: 'active', principal };
  }

  /**
   * For a service that received tokens from callers of its own; what holds no token is nobody's. That a rule refuses one
   * of them says nothing about the others.
   * @throws AuthError FORBIDDEN for more tokens at once than a stranger may ask for, UNAVAILABLE
   */
  async introspect(tokens: string[], { caller, isTrusted }: Introspecting): Promise<Introspection[]> {
    if (tokens.length > MAX_INTROSPECTED_BY_STRANGERS && !isTrusted) {
      throw new AuthError('FORBIDDEN', { message: 'Only trusted services may ask for so many sessions at once.' });
    }
    return Promise.all(tokens.map((token) => this.#introspectOne(token, caller)));
  }

  async #introspectOne(token: string, caller: Caller): Promise<Introspection> {
    try {
      const options = { caller, countsAsActivity: true, source: 'introspection' } as const;
      const kind = isToken(token) ? 'session' : 'bearer';
      return toIntrospection(await this.authenticate({ kind, token }, options));
    } catch (error) {
      if (error instanceof AuthError && error.status < 500) return { kind: 'refused', code: error.code };
      throw error;
    }
  }
}

const toPrincipal = (
  row: CheckedSession,
  times: Pick<Principal['session'], 'lastActiveAt' | 'expiresAt' | 'idleExpiresAt'>,
  isRecent: boolean,
  caller: Caller,
): Principal => ({
  user: {
    id: row.user_id,
    email: row.email,
    name: row.name,
    role: roleOf(row),
    emailVerified: row.is_email_verified,
    createdAt: new Date(row.user_created_at),
  },
  session: {
    id: row.session_id,
    device: { browser: row.browser, os: row.os, kind: row.device_kind as Device['kind'], label: row.device_label },
    ipAddress: row.ip_address,
    createdAt: new Date(row.created_at),
    lastActiveAt: times.lastActiveAt,
    idleExpiresAt: times.idleExpiresAt,
    expiresAt: times.expiresAt,
  },
  isRecent,
  scopes: row.scopes as Scope[] | null,
  authenticatedAt: new Date(row.authenticated_at),
  checkedAt: new Date(row.now),
  caller,
});

/** Nobody has to think of scopes where a role is asked for: a key that was not made for administration is no administrator's. */
const roleOf = ({ role, scopes }: CheckedSession): Role =>
  scopes === null || scopes.some((scope) => scope.startsWith('admin:')) ? (role as Role) : 'user';
