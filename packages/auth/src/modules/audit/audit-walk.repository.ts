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
  stranger_id: string | null;
}

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

  async listSeals(page: { afterPosition: number; limit: number }): Promise<SealedEvent[]> {
    const rows = await this.#em.execute<SealedEventRow[]>(
      `select s.position::float8 as position, s.event_id, encode(s.hash, 'hex') as hash,
         encode(s.personal_hash, 'hex') as personal_hash, encode(s.salt, 'hex') as salt,
         e.id is null as is_missing, ${CANONICAL_SQL},
         coalesce(e.ip_address is null and e.data = '{}' and not exists (
           select 1 from auth."user" u where u.id = e.user_id and u.deleted_at is null
         ), false) as is_anonymous
       from auth.event_seal s left join auth.event e on e.id = s.event_id
       where s.position > ? order by s.position limit ?`,
      [page.afterPosition, page.limit],
    );
    return rows.map(({ is_missing, lasting, personal, ...seal }) => ({
      ...seal,
      event: is_missing ? null : { lasting, personal },
    }));
  }

  /** The first event of the next stretch that has neither a seal nor a place in the queue for one. */
  async findStranger(afterId: string | null, limit: number): Promise<Stretch> {
    const [stretch] = await this.#em.execute<Stretch[]>(
      `with stretch as (
         select id from auth.event where id > coalesce(?::uuid, '00000000-0000-0000-0000-000000000000') order by id limit ?
       )
       select (select id from stretch order by id desc limit 1) as last_id,
         (select e.id from stretch e
          where not exists (select 1 from auth.event_seal s where s.event_id = e.id)
            and not exists (select 1 from auth.event_unsealed u where u.event_id = e.id)
          order by e.id limit 1) as stranger_id`,
      [afterId, limit],
    );
    return stretch ?? { last_id: null, stranger_id: null };
  }

  /** How many wait for their seal, and one of them that is gone. */
  async describeQueue(): Promise<{ waiting: number; missing_id: string | null }> {
    const [queue] = await this.#em.execute<{ waiting: number; missing_id: string | null }[]>(
      `select count(*)::int as waiting,
         (array_agg(u.event_id order by u.event_id) filter (where e.id is null))[1] as missing_id
       from auth.event_unsealed u left join auth.event e on e.id = u.event_id`,
    );
    return queue ?? { waiting: 0, missing_id: null };
  }
}
