import type { AuditEvent, AuditEventListInput, Page } from '@latchkey/contract';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import { decodeCursor, toPage } from '../../kernel/page.ts';
import { toArray } from '../../kernel/sql.ts';
import { type EventFilter, EventRepository, type EventRow } from './event.repository.ts';
import { SEAL_LOCK } from './event-sealer.ts';

const EVERYTHING: EventFilter = { userId: null, actorId: null, type: null, from: null, to: null, ipAddress: null };

const EXPORT_PAGE = 1000;

/**
 * Empties the personal part of events, and of their seals the salt, without which nothing can be guessed from them.
 * Arrays, because a join would look cheaper to a planner with old statistics and read whole tables.
 */
const ANONYMISE = `
  with emptied as (
    update auth.event set ip_address = null, data = '{}' where id = any(array(
      select id from auth.event where user_id = any(?::uuid[]) and (ip_address is not null or data <> '{}') limit ?
    )) returning id
  ), unsalted as (
    update auth.event_seal set salt = null where event_id = any(array(select id from emptied))
  )
  select count(*)::int as emptied from emptied`;

/** The audit log. */
export class AuditService {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The newest first. */
  async list({ limit, cursor, from, to, ...filter }: AuditEventListInput): Promise<Page<AuditEvent>> {
    const afterId = decodeCursor(cursor);
    const where: EventFilter = {
      userId: filter.userId ?? null,
      actorId: filter.actorId ?? null,
      type: filter.type ?? null,
      ipAddress: filter.ipAddress ?? null,
      from: from === undefined ? null : new Date(from),
      to: to === undefined ? null : new Date(to),
    };
    return toPage(await this.#find(where, { limit: limit + 1, afterId }), limit, toAuditEvent);
  }

  /** All events about a user, the newest first. */
  async listAllAbout(userId: string): Promise<AuditEvent[]> {
    const all: AuditEvent[] = [];
    let afterId: string | null = null;
    for (;;) {
      const rows: EventRow[] = await this.#find({ ...EVERYTHING, userId }, { limit: EXPORT_PAGE, afterId });
      all.push(...rows.map(toAuditEvent));
      if (rows.length < EXPORT_PAGE) return all;
      afterId = rows.at(-1)?.id ?? null;
    }
  }

  /**
   * Empties what is personal in events about users who are gone, at most `limit` of them; answers how many it were.
   * The chain stays whole: it holds a hash of the emptied part.
   */
  async anonymise({ em }: Transaction, userIds: string[], limit: number): Promise<number> {
    await em.execute('select pg_advisory_xact_lock(?)', [SEAL_LOCK]);
    await em.execute(`select set_config('latchkey.audit_maintenance', 'anonymise', true)`);
    const [answer] = await em.execute<{ emptied: number }[]>(ANONYMISE, [toArray(userIds), limit]);
    await em.execute(`select set_config('latchkey.audit_maintenance', '', true)`);
    return answer?.emptied ?? 0;
  }

  #find(filter: EventFilter, page: { limit: number; afterId: string | null }): Promise<EventRow[]> {
    return this.#kernel.database.read((em) => new EventRepository(em).list(filter, page));
  }
}

const toAuditEvent = (row: EventRow): AuditEvent => ({
  id: row.id,
  type: row.type,
  occurredAt: new Date(row.occurred_at).toISOString(),
  userId: row.user_id,
  userEmail: row.user_email,
  actorId: row.actor_id,
  actorEmail: row.actor_email,
  sessionId: row.session_id,
  ipAddress: row.ip_address,
  traceId: row.trace_id,
  data: row.data,
});
