import type { EndReason } from '@latchkey/contract';
import { raw } from '@mikro-orm/core';
import { EntityRepository } from '@mikro-orm/postgresql';
import { readNow } from '../../kernel/sql.ts';
import { IS_BANNED_SQL } from '../users/user.repository.ts';
import type { SessionRecord } from './session.entity.ts';
import { HOLDS_SQL, IDLE_LIMIT_SQL, idleLimitSeconds } from './session-validity.ts';

/** Whose sessions, and after how many minutes without use they no longer count. */
interface Owner {
  userId: string;
  idleTimeoutMinutes: number;
}

/** One that time has ended. */
export interface ExpiredSession {
  id: string;
  userId: string;
  device: string;
  reason: 'idle' | 'expired';
}

/** All that is asked here about time is judged by the clock of the database, as in the session check. */
export class SessionRepository extends EntityRepository<SessionRecord> {
  /** The instant of the transaction. */
  async now(): Promise<Date> {
    return new Date(await readNow(this.em));
  }

  /** Those that hold, the newest first. */
  listActive(owner: Owner, page: { limit: number; afterId: string | null }): Promise<SessionRecord[]> {
    const after = page.afterId === null ? {} : { id: { $lt: page.afterId } };
    return this.find({ ...thatHold(owner), ...after }, { orderBy: { id: 'desc' }, limit: page.limit });
  }

  /** How many hold, of all users. */
  async countActive(idleTimeoutMinutes: number): Promise<number> {
    const [row] = await this.em.execute<{ count: number }[]>(
      `select count(*)::int as count from auth.session where ${HOLDS_SQL}`,
      [idleLimitSeconds(idleTimeoutMinutes)],
    );
    return row?.count ?? 0;
  }

  /** Ends the oldest of those that hold, but for as many as may stay; answers which. */
  async evictOldest({ userId, idleTimeoutMinutes }: Owner, stay: number): Promise<string[]> {
    const evicted = await this.em.execute<{ id: string }[]>(
      `update auth.session set ended_at = now(), end_reason = 'evicted' where id in (
         select id from auth.session
         where user_id = ? and ${HOLDS_SQL}
         order by created_at desc, id desc offset ?
       ) returning id`,
      [userId, idleLimitSeconds(idleTimeoutMinutes), stay],
    );
    return evicted.map(({ id }) => id);
  }

  /**
   * Ends one; false when it had ended already, or is not the owner's. One that looks idle may have been used a moment
   * ago on another instance, so that its clocks do not count here.
   */
  async end(id: string, reason: EndReason, userId: string): Promise<boolean> {
    return (await this.nativeUpdate({ id, userId, endedAt: null }, endedNow(reason))) > 0;
  }

  /** Why somebody ended it, or null while nobody has; one that is gone counts as revoked. */
  async findEnd(id: string): Promise<EndReason | null> {
    const [found] = await this.em.execute<{ reason: EndReason | null }[]>(
      `select case when s.ended_at is not null then s.end_reason
           when s.epoch < u.session_epoch or u.deleted_at is not null then 'revoked' end as reason
       from auth.session s join auth."user" u on u.id = s.user_id where s.id = ?`,
      [id],
    );
    return found === undefined ? 'revoked' : found.reason;
  }

  /** Puts a new token in the place of the old one; false when that one is not its token any more. */
  async renew(id: string, oldTokenHash: string, newTokenHash: string): Promise<boolean> {
    const renewed = await this.em.execute<object[]>(
      `update auth.session set token_hash = decode(?, 'hex'), authenticated_at = now()
       where id = ? and token_hash = decode(?, 'hex') and ended_at is null returning id`,
      [newTokenHash, id, oldTokenHash],
    );
    return renewed.length > 0;
  }

  /**
   * Notes that the password was proved by other means than the cookie, which gets a secret that nobody has: whoever
   * may have copied it is out. Nothing when the session has ended.
   */
  async proveWithoutCookie(id: string, unknownTokenHash: string): Promise<void> {
    // Two statements, as the trigger of a new proof takes a new secret for that of a cookie which goes on.
    await this.em.execute(`update auth.session set token_hash = decode(?, 'hex') where id = ? and ended_at is null`, [
      unknownTokenHash,
      id,
    ]);
    await this.nativeUpdate({ id, endedAt: null }, { authenticatedAt: raw('now()') });
  }

  /** Takes one along into a new epoch; false when it has ended. */
  async moveToEpoch(id: string, epoch: number): Promise<boolean> {
    return (await this.nativeUpdate({ id, endedAt: null }, { epoch })) > 0;
  }

  /** Ends all that hold but the one to keep; answers how many that were. */
  endAll(reason: EndReason, owner: Owner, keepId?: string): Promise<number> {
    const others = keepId === undefined ? {} : { id: { $ne: keepId } };
    return this.nativeUpdate({ ...thatHold(owner), ...others }, endedNow(reason));
  }

  /**
   * Ends some whose absolute end has passed; answers which. Those that a ban, a deletion
   * or a new epoch has ended already stay as they are, as their devices are told so. Locks nobody waits for.
   * The user is asked for row by row: a join might begin with the users, and read them all.
   */
  endExpired(limit: number): Promise<ExpiredSession[]> {
    return this.em.execute<ExpiredSession[]>(
      `with over as (
         select s.id from auth.session s where s.ended_at is null and s.expires_at <= now() and (
           select s.epoch >= u.session_epoch and u.deleted_at is null and not ${IS_BANNED_SQL}
           from auth."user" u where u.id = s.user_id
         )
         order by s.expires_at limit ? for no key update skip locked
       )
       update auth.session s set ended_at = now(), end_reason = 'expired'
       from over where s.id = over.id and s.ended_at is null
       returning s.id, s.user_id as "userId", s.device_label as device, s.end_reason as reason`,
      [limit],
    );
  }

  /**
   * Removes some that ended or expired so long ago; answers how many. Until then their tokens are told why they ended,
   * and nobody's afterwards.
   */
  async removeOver(keepDays: number, limit: number): Promise<number> {
    const removed = await this.em.execute<object[]>(
      `delete from auth.session where id = any(array(
         select id from auth.session where least(ended_at, expires_at) < now() - make_interval(days => ?)
         order by least(ended_at, expires_at) limit ? for update skip locked
       )) returning 1`,
      [keepDays, limit],
    );
    return removed.length;
  }

  /** Ends the session behind a token, whosever it is; answers which, or null when none holds. */
  async endByTokenHash(tokenHash: string, reason: EndReason): Promise<{ id: string; userId: string } | null> {
    const [ended] = await this.em.execute<{ id: string; user_id: string }[]>(
      `update auth.session set ended_at = now(), end_reason = ?
       where token_hash = decode(?, 'hex') and ended_at is null
       returning id, user_id`,
      [reason, tokenHash],
    );
    return ended === undefined ? null : { id: ended.id, userId: ended.user_id };
  }
}

const endedNow = (reason: EndReason) => ({ endedAt: raw('now()'), endReason: reason });

const thatHold = ({ userId, idleTimeoutMinutes }: Owner) => ({
  userId,
  endedAt: null,
  expiresAt: { $gt: raw('now()') },
  lastActiveAt: {
    $gt: raw(`now() - ${IDLE_LIMIT_SQL}`, [idleLimitSeconds(idleTimeoutMinutes)]),
  },
});
