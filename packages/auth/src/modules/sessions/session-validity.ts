import type { EndReason } from '@latchkey/contract';

/** What decides whether a session still holds. */
export interface SessionTimes {
  lastActiveAt: Date;
  expiresAt: Date;
  endReason: EndReason | null;
}

/** Activity is written at most once in this time, so the idle timeout is given as much again. */
export const ACTIVITY_INTERVAL_SECONDS = 60;

/** Seconds without use after which a session no longer holds: the timeout and the grace of one interval. */
export const idleLimitSeconds = (idleTimeoutMinutes: number): number =>
  idleTimeoutMinutes * 60 + ACTIVITY_INTERVAL_SECONDS;

/** The same of a row of `auth.session`; takes `idleLimitSeconds` for those that have no timeout of their own. */
export const IDLE_LIMIT_SQL = `make_interval(secs => coalesce(idle_timeout_minutes * 60 + ${ACTIVITY_INTERVAL_SECONDS}, ?))`;

/** `endReasonOf` as a condition on such rows, by the clock of the database; takes what `IDLE_LIMIT_SQL` takes. */
export const HOLDS_SQL = `ended_at is null and expires_at > now() and last_active_at > now() - ${IDLE_LIMIT_SQL}`;

/** When the session ends unless it is used: never after its absolute end. */
export const idleExpiryOf = (
  { lastActiveAt, expiresAt }: Omit<SessionTimes, 'endReason'>,
  idleTimeoutMinutes: number,
): Date => new Date(Math.min(lastActiveAt.getTime() + idleTimeoutMinutes * 60_000, expiresAt.getTime()));

/**
 * Why a session does not hold any more at `now`, or null while it does. What somebody did counts before
 * what time did, and the absolute end before the idle one (NIST SP 800-63B §5.2, OWASP ASVS 7.3).
 */
export const endReasonOf = (session: SessionTimes, idleTimeoutMinutes: number, now: Date): EndReason | null => {
  if (session.endReason !== null) return session.endReason;
  if (now >= session.expiresAt) return 'expired';
  const idleSince = now.getTime() - session.lastActiveAt.getTime();
  return idleSince >= idleLimitSeconds(idleTimeoutMinutes) * 1000 ? 'idle' : null;
};
