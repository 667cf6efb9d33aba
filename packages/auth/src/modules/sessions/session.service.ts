import type { EndReason, Page, Session } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import { decodeCursor, toPage } from '../../kernel/page.ts';
import type { Caller, Principal, PrincipalSession } from '../../kernel/principal.ts';
import { hashToken } from '../../kernel/secrets.ts';
import { UserEntity } from '../users/user.entity.ts';
import { describeDevice } from './device.ts';
import { SessionEntity, type SessionRecord } from './session.entity.ts';
import { toPrincipalSession, toSession } from './session-view.ts';

/** A session just opened, and the only copy of its token. */
export interface OpenedSession {
  token: string;
  session: PrincipalSession;
}

interface Opening {
  userId: string;
  /** The user's epoch when the login began. */
  epoch: number;
  caller: Caller;
}

interface ListOptions {
  limit: number;
  cursor?: string | undefined;
}

/** Sessions: opened at login, listed and revoked by their public id. */
export class SessionService {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Opens a session in the transaction of a login. The caller of this holds the lock on the user's row, so
   * that logins which race for the last slot take it one after the other.
   */
  async open({ em, record }: Transaction, { userId, epoch, caller }: Opening): Promise<OpenedSession> {
    const { clock, config, secrets } = this.#kernel;
    const { lifetimeHours, idleTimeoutMinutes } = config.session;
    await this.#makeRoom({ em, record }, userId, caller);

    const token = secrets.createToken();
    const now = clock.now();
    const device = describeDevice(caller.userAgent);
    const session = em.create(SessionEntity, {
      id: secrets.createId(),
      userId,
      epoch,
      tokenHash: Buffer.from(hashToken(token), 'hex'),
      userAgent: caller.userAgent,
      browser: device.browser,
      os: device.os,
      deviceKind: device.kind,
      deviceLabel: device.label,
      ipAddress: caller.ipAddress,
      createdAt: now,
      authenticatedAt: now,
      lastActiveAt: now,
      expiresAt: new Date(now.getTime() + lifetimeHours * 3_600_000),
    });
    record({ type: 'session.created', caller, userId, sessionId: session.id, data: { device: device.label } });
    return { token, session: toPrincipalSession(session, idleTimeoutMinutes) };
  }

  /** Ends the session of a token that is being replaced or given up; answers whose it was, or null. */
  async endByToken({ em, record }: Transaction, token: string, caller: Caller): Promise<string | null> {
    const ended = await em.getRepository(SessionEntity).endByTokenHash(hashToken(token), 'logged_out');
    if (ended === null) return null;
    record({
      type: 'session.revoked',
      caller,
      userId: ended.userId,
      sessionId: ended.id,
      data: { reason: 'logged_out' },
    });
    return ended.userId;
  }

  /** The active sessions of a user, the newest first. */
  async list(userId: string, { limit, cursor }: ListOptions, currentId: string | null): Promise<Page<Session>> {
    const afterId = decodeCursor(cursor);
    const { idleTimeoutMinutes } = this.#kernel.config.session;
    const rows = await this.#kernel.database.read((em) =>
      em.getRepository(SessionEntity).listActive({ userId, idleTimeoutMinutes }, { limit: limit + 1, afterId }),
    );
    return toPage(rows, limit, (row) => toSession(toPrincipalSession(row, idleTimeoutMinutes), currentId));
  }

  /** Ends one of my sessions. @throws AuthError SESSION_NOT_FOUND for an unknown, an ended or another's session */
  async revoke({ user, session, caller }: Principal, id: string): Promise<void> {
    const reason = id === session.id ? 'logged_out' : 'revoked';
    await this.#end({ userId: user.id, sessionId: id, reason, actorId: user.id, caller });
  }

  /** Ends all my sessions but the one that asks; answers how many those were. */
  revokeOthers({ user, session, caller }: Principal): Promise<number> {
    return this.#endAll({ userId: user.id, keepId: session.id, reason: 'revoked', actorId: user.id, caller });
  }

  /** Ends a session on behalf of an administrator. @throws AuthError SESSION_NOT_FOUND */
  async revokeAsAdmin({ user: admin, caller }: Principal, id: string): Promise<void> {
    const session = await this.#kernel.database.read((em) => em.getRepository(SessionEntity).findOne({ id }));
    if (session === null) throw new AuthError('SESSION_NOT_FOUND');
    await this.#end({ userId: session.userId, sessionId: id, reason: 'admin', actorId: admin.id, caller });
  }

  /** Ends all sessions of a user on behalf of an administrator; answers how many those were. */
  revokeAllAsAdmin({ user: admin, caller }: Principal, userId: string): Promise<number> {
    return this.#endAll({ userId, keepId: null, reason: 'admin', actorId: admin.id, caller });
  }

  #end(ending: {
    userId: string;
    sessionId: string;
    reason: EndReason;
    actorId: string;
    caller: Caller;
  }): Promise<void> {
    const { userId, sessionId, reason, actorId, caller } = ending;
    const { idleTimeoutMinutes } = this.#kernel.config.session;
    return this.#kernel.database.write(async ({ em, record }) => {
      const hasEnded = await em.getRepository(SessionEntity).end(sessionId, reason, { userId, idleTimeoutMinutes });
      if (!hasEnded) throw new AuthError('SESSION_NOT_FOUND');
      record({ type: 'session.revoked', caller, userId, sessionId, actorId, data: { reason } });
    });
  }

  #endAll(ending: {
    userId: string;
    keepId: string | null;
    reason: EndReason;
    actorId: string;
    caller: Caller;
  }): Promise<number> {
    const { userId, keepId, reason, actorId, caller } = ending;
    const { idleTimeoutMinutes } = this.#kernel.config.session;
    return this.#kernel.database.write(async ({ em, record }) => {
      const sessions = em.getRepository(SessionEntity);
      const epoch = await em.getRepository(UserEntity).raiseSessionEpoch(userId);
      // Two devices may end each other at the same time: whoever comes second has no say any more.
      if (keepId !== null && !(await sessions.moveToEpoch(keepId, epoch))) {
        throw new AuthError('SESSION_ENDED', { details: { reason } });
      }
      const revoked = await sessions.endAll(reason, { userId, idleTimeoutMinutes }, keepId);
      if (revoked > 0) record({ type: 'sessions.bulk_revoked', caller, userId, actorId, data: { reason, revoked } });
      return revoked;
    });
  }

  /** The oldest sessions give way until the new one fits. */
  async #makeRoom({ em, record }: Transaction, userId: string, caller: Caller): Promise<void> {
    const { maxPerUser, idleTimeoutMinutes } = this.#kernel.config.session;
    if (maxPerUser === 0) return;
    const sessions = em.getRepository(SessionEntity);
    const active: SessionRecord[] = await sessions.listByAge({ userId, idleTimeoutMinutes });
    const surplus = active.slice(0, Math.max(0, active.length - maxPerUser + 1));
    for (const { id } of surplus) {
      await sessions.end(id, 'evicted', { userId, idleTimeoutMinutes });
      record({ type: 'session.revoked', caller, userId, sessionId: id, actorId: null, data: { reason: 'evicted' } });
    }
  }
}
