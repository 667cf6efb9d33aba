import type { EndReason, Page, Session } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import { decodeCursor, toPage } from '../../kernel/page.ts';
import type { Caller, Principal, PrincipalSession } from '../../kernel/principal.ts';
import { hashToken } from '../../kernel/secrets.ts';
import { UserEntity } from '../users/user.entity.ts';
import { describeDevice } from './device.ts';
import { SessionEntity } from './session.entity.ts';
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
  /** How long it may rest, where that is not what the settings say. */
  idleTimeoutMinutes?: number;
  /** The instant of the transaction, if it is known, by the clock that will judge the times of the session. */
  now?: Date;
}

interface Ending {
  userId: string;
  sessionId: string;
  reason: EndReason;
  /** Who ends it; null: nobody in particular. */
  actorId: string | null;
  caller: Caller;
}

interface EndingAll extends Omit<Ending, 'sessionId'> {
  /** Default: none is kept. */
  keepId?: string;
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
  async open({ em, record }: Transaction, opening: Opening): Promise<OpenedSession> {
    const { userId, epoch, caller, now: given } = opening;
    const { config, secrets, metrics } = this.#kernel;
    const { lifetimeHours, idleTimeoutMinutes } = config.session;
    await this.#makeRoom({ em, record }, userId, caller);

    const token = secrets.createToken();
    metrics.tokenGenerated('session');
    const now = given ?? (await em.getRepository(SessionEntity).now());
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
      idleTimeoutMinutes: opening.idleTimeoutMinutes ?? null,
    });
    record({ type: 'session.created', caller, userId, sessionId: session.id, data: { device: device.label } });
    return { token, session: toPrincipalSession(session, idleTimeoutMinutes) };
  }

  /** Ends the session of a browser in which somebody, maybe another user, logs in. */
  async replace(
    { em, record }: Transaction,
    token: string,
    { userId: actorId, caller }: Pick<Opening, 'userId' | 'caller'>,
  ): Promise<void> {
    const ended = await em.getRepository(SessionEntity).endByTokenHash(hashToken(token), 'logged_out');
    if (ended === null) return;
    const { id: sessionId, userId } = ended;
    record({ type: 'session.revoked', caller, userId, sessionId, actorId, data: { reason: 'logged_out' } });
  }

  /**
   * Gives a session whose user has just proved their password a new token; the old one is dead at once. Who came
   * with a bearer token gets none: their tokens go on, and a cookie of the same session does not.
   * @throws AuthError CONFLICT when the same browser did so a moment ago, in another tab
   */
  async renew({ em }: Transaction, sessionId: string, oldToken: string | null): Promise<string | null> {
    const { secrets, metrics } = this.#kernel;
    const token = secrets.createToken();
    if (oldToken === null) {
      await em.getRepository(SessionEntity).proveWithoutCookie(sessionId, hashToken(token));
      return null;
    }
    const isRenewed = await em.getRepository(SessionEntity).renew(sessionId, hashToken(oldToken), hashToken(token));
    if (!isRenewed) throw new AuthError('CONFLICT');
    metrics.tokenGenerated('session');
    return token;
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

  /** How many sessions hold, of all users. */
  countActive(): Promise<number> {
    const { config, database } = this.#kernel;
    return database.read((em) => em.getRepository(SessionEntity).countActive(config.session.idleTimeoutMinutes));
  }

  /** Ends one of my sessions. @throws AuthError SESSION_NOT_FOUND for an unknown, an ended or another's session */
  async revoke(principal: Principal, sessionId: string): Promise<void> {
    const { user, session, scopes, caller } = principal;
    if (sessionId === session.id && scopes === null) return this.logOut(principal);
    const ending = { userId: user.id, sessionId, reason: 'revoked', actorId: user.id, caller } as const;
    await this.#kernel.database.write((transaction) => this.#end(transaction, ending));
  }

  /** Ends the session that asks. That somebody else has just ended it changes nothing for who logs out. */
  async logOut({ user, session, caller }: Principal): Promise<void> {
    const ending = { userId: user.id, sessionId: session.id, reason: 'logged_out', actorId: user.id, caller } as const;
    const logOut = this.#kernel.database.write(async (transaction) => {
      await this.#end(transaction, ending);
      transaction.record({ type: 'user.logout', caller, userId: user.id, sessionId: session.id });
    });
    await logOut.catch((error: unknown) => {
      if (!(error instanceof AuthError) || error.code !== 'SESSION_NOT_FOUND') throw error;
    });
  }

  /** Ends all my sessions but the one that asks; answers how many those were. */
  revokeOthers({ user, session, caller }: Principal): Promise<number> {
    const ending = { userId: user.id, keepId: session.id, reason: 'revoked', actorId: user.id, caller } as const;
    return this.#kernel.database.write((transaction) => this.endAll(transaction, ending));
  }

  /** Ends a session, whosever it is, on behalf of an administrator. @throws AuthError SESSION_NOT_FOUND */
  async revokeAsAdmin(transaction: Transaction, { user: admin, caller }: Principal, sessionId: string): Promise<void> {
    const session = await transaction.em.getRepository(SessionEntity).findOne({ id: sessionId });
    if (session === null) throw new AuthError('SESSION_NOT_FOUND');
    const { userId } = session;
    await this.#end(transaction, { userId, sessionId, reason: 'admin', actorId: admin.id, caller });
  }

  /**
   * Ends all sessions of a user but the one to keep, in a transaction of the caller's; answers how many those
   * were. A new epoch begins, so that a login which is under way does not survive it.
   */
  async endAll({ em, record }: Transaction, { userId, keepId, reason, actorId, caller }: EndingAll): Promise<number> {
    const { idleTimeoutMinutes } = this.#kernel.config.session;
    const sessions = em.getRepository(SessionEntity);
    const epoch = await em.getRepository(UserEntity).raiseSessionEpoch(userId);
    // Two devices may end each other at the same time: whoever comes second has no say any more.
    if (keepId !== undefined && !(await sessions.moveToEpoch(keepId, epoch))) {
      throw new AuthError('SESSION_ENDED', { details: { reason: 'revoked' } });
    }
    const revoked = await sessions.endAll(reason, { userId, idleTimeoutMinutes }, keepId);
    if (revoked > 0) record({ type: 'sessions.bulk_revoked', caller, userId, actorId, data: { reason, revoked } });
    return revoked;
  }

  /**
   * Before something that outlasts the session is made, in a transaction of the caller's: holds the row of the user, so
   * that what ends all sessions comes before or after, and makes sure that this one has not been ended.
   * @throws AuthError SESSION_ENDED
   */
  async assertStillHolds({ em }: Transaction, { user, session }: Principal): Promise<void> {
    await em.getRepository(UserEntity).lock(user.id);
    const reason = await em.getRepository(SessionEntity).findEnd(session.id);
    if (reason !== null) throw new AuthError('SESSION_ENDED', { details: { reason } });
  }

  /** Ends one session in a transaction of the caller's; false when it had ended already. */
  async end({ em, record }: Transaction, { userId, sessionId, reason, actorId, caller }: Ending): Promise<boolean> {
    const hasEnded = await em.getRepository(SessionEntity).end(sessionId, reason, userId);
    if (hasEnded) record({ type: 'session.revoked', caller, userId, sessionId, actorId, data: { reason } });
    return hasEnded;
  }

  async #end(transaction: Transaction, ending: Ending): Promise<void> {
    if (!(await this.end(transaction, ending))) throw new AuthError('SESSION_NOT_FOUND');
  }

  /** The oldest sessions give way until the new one fits. */
  async #makeRoom({ em, record }: Pick<Transaction, 'em' | 'record'>, userId: string, caller: Caller): Promise<void> {
    const { maxPerUser, idleTimeoutMinutes } = this.#kernel.config.session;
    if (maxPerUser === 0) return;
    const evicted = await em.getRepository(SessionEntity).evictOldest({ userId, idleTimeoutMinutes }, maxPerUser - 1);
    for (const sessionId of evicted) {
      record({ type: 'session.revoked', caller, userId, sessionId, actorId: null, data: { reason: 'evicted' } });
    }
  }
}
