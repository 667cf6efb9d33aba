import type { EntityManager } from '@mikro-orm/postgresql';
import { instant } from '../../kernel/sql.ts';
import { leastIdAt, timeOfId } from '../../kernel/uuid-time.ts';
import { type AnnouncedChange, type ChangeRow, toAnnouncedChange } from './session-change.ts';

/** Nobody needs more of the past than this: a list of sessions says what holds now. */
const MAX_MISSED = 200;

/**
 * Ids tell the time at which an event was written, not that of its commit, which comes up to so many
 * milliseconds later: what was committed after the last change that somebody saw may have an earlier id.
 */
const COMMIT_DELAY_MS = 3000;

/** What happened to somebody's sessions, out of the audit log. */
export class SessionChangeRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  /** Those after the one with this id, in order; some shortly before it may be among them, it itself is not. */
  async listMissed(userId: string, lastEventId: string): Promise<AnnouncedChange[]> {
    const rows = await this.#em.execute<ChangeRow[]>(
      `select id, type, user_id as "userId", session_id as "sessionId", data ->> 'reason' as reason,
         ${instant('occurred_at')} as "occurredAt"
       from auth.event
       where user_id = ? and id > ? and id <> ?
         and type in ('session.created', 'session.revoked', 'sessions.bulk_revoked')
       order by id desc limit ?`,
      [userId, leastIdAt(timeOfId(lastEventId) - COMMIT_DELAY_MS), lastEventId, MAX_MISSED],
    );
    return rows.map(toAnnouncedChange).reverse();
  }
}
