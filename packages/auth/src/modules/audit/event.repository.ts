import type { EntityManager } from '@mikro-orm/postgresql';
import { instant } from '../../kernel/sql.ts';
import { leastIdAt } from '../../kernel/uuid-time.ts';

/** What a list of events is narrowed to; null: not by this. */
export interface EventFilter {
  userId: string | null;
  actorId: string | null;
  type: string | null;
  from: Date | null;
  to: Date | null;
  /** An address or a range. */
  ipAddress: string | null;
}

export interface EventRow {
  id: string;
  type: string;
  occurred_at: number;
  user_id: string | null;
  user_email: string | null;
  actor_id: string | null;
  actor_email: string | null;
  session_id: string | null;
  ip_address: string | null;
  trace_id: string;
  data: Record<string, unknown>;
}

/** The id and the instant of an event are read off the clock one after the other. */
const SLACK_MS = 1000;

export class EventRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  /** The newest first. Addresses are joined to the page only, not to all that matches. */
  list(filter: EventFilter, page: { limit: number; afterId: string | null }): Promise<EventRow[]> {
    const { sql, values } = conditionsOf(filter, page.afterId);
    return this.#em.execute<EventRow[]>(
      `select e.id, e.type, ${instant('e.occurred_at')} as occurred_at, e.user_id, e.actor_id,
         e.session_id, host(e.ip_address) as ip_address, e.trace_id, e.data, u.email as user_email, a.email as actor_email
       from (select * from auth.event ${sql} order by id desc limit ?) e
       left join auth."user" u on u.id = e.user_id
       left join auth."user" a on a.id = e.actor_id
       order by e.id desc`,
      [...values, page.limit],
    );
  }
}

const conditionsOf = (filter: EventFilter, afterId: string | null): { sql: string; values: unknown[] } => {
  const conditions: [sql: string, value: unknown][] = [
    ['user_id = ?', filter.userId],
    ['actor_id = ?', filter.actorId],
    ['type = ?', filter.type],
    ['ip_address <<= ?::inet', filter.ipAddress],
    ['occurred_at >= ?', filter.from],
    ['occurred_at < ?', filter.to],
    // Ids sort by time: with these bounds the primary key finds the stretch, and the instants above its exact ends.
    ['id >= ?', filter.from && leastIdAt(filter.from.getTime() - SLACK_MS)],
    ['id < ?', filter.to && leastIdAt(filter.to.getTime() + SLACK_MS)],
    ['id < ?', afterId],
  ];
  const given = conditions.filter(([, value]) => value !== null);
  const sql = given.length === 0 ? '' : `where ${given.map(([condition]) => condition).join(' and ')}`;
  return { sql, values: given.map(([, value]) => (value instanceof Date ? value.toISOString() : value)) };
};
