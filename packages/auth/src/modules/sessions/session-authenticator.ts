import type { Device, EndReason, Role } from '@latchkey/contract';
import type { Kernel } from '../../kernel/module.ts';
import type { Authentication, Caller, Principal } from '../../kernel/principal.ts';
import { hashToken, isToken } from '../../kernel/secrets.ts';
import type { ActivityRecorder } from './activity-recorder.ts';
import type { CheckedSession } from './checked-session.ts';
import type { SessionCheck } from './session-check.ts';
import { endReasonOf, idleExpiryOf } from './session-validity.ts';

interface AuthenticateOptions {
  caller: Caller;
  countsAsActivity: boolean;
}

/** Tells who is behind a session token. The one way in for every door. */
export class SessionAuthenticator {
  readonly #kernel: Kernel;
  readonly #check: SessionCheck;
  readonly #activity: ActivityRecorder;

  constructor(kernel: Kernel, check: SessionCheck, activity: ActivityRecorder) {
    this.#kernel = kernel;
    this.#check = check;
    this.#activity = activity;
  }

  /** @throws AuthError UNAVAILABLE when the database is away, or what a rule refuses with */
  async authenticate(token: string | null, { caller, countsAsActivity }: AuthenticateOptions): Promise<Authentication> {
    if (token === null) return { kind: 'anonymous' };
    const row = await this.#check.find(hashToken(token));
    if (row === null) return { kind: 'anonymous' };

    const { idleTimeoutMinutes, reauthWindowMinutes } = this.#kernel.config.session;
    const times = {
      lastActiveAt: new Date(Math.max(row.last_active_at, this.#activity.lastSeen(row.session_id))),
      expiresAt: new Date(row.expires_at),
      endReason: row.end_reason as EndReason | null,
    };
    const reason = endReasonOf(times, idleTimeoutMinutes, new Date(row.now));
    if (reason !== null) return { kind: 'ended', reason };

    const isRecent = row.now - row.authenticated_at < reauthWindowMinutes * 60_000;
    if (countsAsActivity) {
      times.lastActiveAt = new Date(row.now);
      this.#activity.record(row.session_id, times.lastActiveAt);
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

  /** For a service that received the token from a caller of its own; what is no token is nobody's. */
  introspect(token: string, caller: Caller): Promise<Authentication> {
    return this.authenticate(isToken(token) ? token : null, { caller, countsAsActivity: true });
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
    role: row.role as Role,
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
  checkedAt: new Date(row.now),
  caller,
});
