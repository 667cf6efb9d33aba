import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuthEvent } from '../../kernel/event-log.ts';
import { instant } from '../../kernel/sql.ts';
import { leastIdAt } from '../../kernel/uuid-time.ts';

export interface PastEventPage {
  since: Date;
  /** Of the page before. */
  afterId: string | null;
  limit: number;
}

interface EventRow extends Omit<AuthEvent, 'occurredAt'> {
  occurred_ms: number;
}

/** The id and the instant of an event are read off the clock one after the other. */
const SLACK_MS = 1000;

/** Events that have happened, out of the audit log. */
export class PastEventRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  /** The oldest first. */
  async list({ since, afterId, limit }: PastEventPage): Promise<AuthEvent[]> {
    const rows = await this.#em.execute<EventRow[]>(
      `select id, type, ${instant('occurred_at')} as occurred_ms, user_id as "userId",
         session_id as "sessionId", actor_id as "actorId", host(ip_address) as "ipAddress", trace_id as "traceId", data
       from auth.event where occurred_at >= ? and id > ? order by id limit ?`,
      [since.toISOString(), afterId ?? leastIdAt(since.getTime() - SLACK_MS), limit],
    );
    return rows.map(({ occurred_ms, ...event }) => ({ ...event, occurredAt: new Date(occurred_ms).toISOString() }));
  }
}
