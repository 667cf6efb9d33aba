import type { EntityManager } from '@mikro-orm/postgresql';
import { CANONICAL_SQL, type CanonicalEvent, type Link } from './seal.ts';

/** A seal with the event that it is about; null where that is gone. */
export interface SealedEvent extends Link {
  event_id: string;
  personal_hash: string;
  salt: string | null;
  event: CanonicalEvent | null;
  /** Emptied by the purge of its account, which must then be gone, too. */
  is_anonymous: boolean;
}

interface SealedEventRow extends Omit<SealedEvent, 'event'> {
  is_missing: boolean;
  lasting: string;
  personal: string;
}

/** A part of the log in the order of ids; null: there is none. */
export interface Stretch {
  last_id: string | null;
  /** The first one that should not be as it is. */
  wrong_id: string | null;
  size: number;
}

/** Ids of several instances are not quite in the order of commits; of so many, the one that went furthest counts. */
const RECENT_TRIMS = 100;

/** Reads the audit log from one end to the other, page by page. Each page is one statement, hence one moment. */
export class AuditWalkRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  async head(): Promise<Link | null> {
    const [head] = await this.#em.execute<Link[]>(
      `select position::float8 as position, encode(hash, 'hex') as hash from auth.event_seal order by position desc limit 1`,
    );
    return head ?? null;
  }

  /** The last link that retention has taken away, as the log itself says; null: it has taken none. */
  async start(): Promise<Link | null> {
    const [start] = await this.#em.execute<Link[]>(
      `select position, hash from (
         select case when data ->> 'position' ~ '^[0-9]{1,15}$' then (data ->> 'position')::float8 end as position,
           data ->> 'hash' as hash
         from auth.event where type = 'audit.trimmed' order by id desc limit ${RECENT_TRIMS}
       ) trims where position is not null order by position desc limit 1`,
    );
    return start ?? null;
  }

  async listSeals(page: { afterPosition: number; limit: number }): Promise<SealedEvent[]> {
    const rows = await this.#em.execute<SealedEventRow[]>(
      `select s.position::float8 as position, s.event_id, encode(s.hash, 'hex') as hash,
         encode(s.personal_hash, 'hex') as personal_hash, encode(s.salt, 'hex') as salt,
         e.id is null as is_missing, ${CANONICAL_SQL},
         coalesce(e.user_id is not null and e.ip_address is null and e.data = '{}' and not exists (
           select 1 from auth."user" u where u.id = e.user_id and u.deleted_at is null
         ), false) as is_anonymous
       from auth.event_seal s left join lateral (select * from auth.event where id = s.event_id offset 0) e on true
       where s.position > ? order by s.position limit ?`,
      [page.afterPosition, page.limit],
    );
    return rows.map(({ is_missing, lasting, personal, ...seal }) => ({
      ...seal,
      event: is_missing ? null : { lasting, personal },
    }));
  }

  /** The first event of the next stretch that has neither a seal nor a place in the queue for one. */
  findStranger(afterId: string | null, limit: number): Promise<Stretch> {
    return this.#walk(
      'select id from auth.event',
      `(select 1 from auth.event_seal s where s.event_id = stretch.id) is null
       and (select 1 from auth.event_unsealed u where u.event_id = stretch.id) is null`,
      { afterId, limit },
    );
  }

  /** The first event of the next stretch of the queue that is gone. */
  findMissing(afterId: string | null, limit: number): Promise<Stretch> {
    return this.#walk(
      'select event_id as id from auth.event_unsealed',
      '(select 1 from auth.event e where e.id = stretch.id) is null',
      { afterId, limit },
    );
  }

  /** Subqueries for each row, because a join of whole tables would look cheaper to a planner with old statistics. */
  async #walk(ids: string, isWrong: string, page: { afterId: string | null; limit: number }): Promise<Stretch> {
    const [stretch] = await this.#em.execute<Stretch[]>(
      `with stretch as (
         select id from (${ids}) ids where id > coalesce(?::uuid, '00000000-0000-0000-0000-000000000000')
         order by id limit ?
       )
       select (select id from stretch order by id desc limit 1) as last_id, (select count(*)::int from stretch) as size,
         (select id from stretch where ${isWrong} order by id limit 1) as wrong_id`,
      [page.afterId, page.limit],
    );
    return stretch ?? { last_id: null, wrong_id: null, size: 0 };
  }
}
