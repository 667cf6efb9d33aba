import type { EntityManager } from '@mikro-orm/postgresql';

/** Whole days, so that the log is trimmed once a day and not all the time; of 24 hours, whatever the clocks do. */
const CUTOFF = `date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - make_interval(hours => 24 * ?)`;

/** What is older goes, unless somebody still waits for it. What was parked may never be looked at. */
const IS_DUE = `e.occurred_at < cutoff.at and not exists (
  select from auth.event_pending p where p.event_id = e.id and p.parked_at is null)`;

/** Takes away the beginning of the audit log. */
export class RetentionRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  /**
   * How many events in a row, from a position on, are older than so many days; the first one that is not ends the
   * row, and so does one that is missing. The last one of the chain stays, so that the chain goes on from it.
   */
  async countDue(from: { afterPosition: number; days: number; limit: number }): Promise<number> {
    const [row] = await this.#em.execute<{ due: number }[]>(
      `with cutoff as (select ${CUTOFF} as at), seals as (
         select s.position, coalesce(${IS_DUE}, false) as is_due
         from cutoff, auth.event_seal s left join lateral (select * from auth.event where id = s.event_id offset 0) e on true
         where s.position > ? and s.position < (select max(position) from auth.event_seal)
         order by s.position limit ?
       )
       select count(*)::int as due from (select bool_and(is_due) over (order by position) as goes from seals) row where goes`,
      [from.days, from.afterPosition, from.limit],
    );
    return row?.due ?? 0;
  }

  /** Removes the events that are sealed after one position and up to another, with their seals. */
  async removeSealed(afterPosition: number, upToPosition: number): Promise<void> {
    await this.#em.execute(`select set_config('latchkey.audit_maintenance', 'retention', true)`);
    await this.#em.execute(
      `with gone as (delete from auth.event_seal where position > ? and position <= ? returning event_id)
       delete from auth.event where id = any(array(select event_id from gone))`,
      [afterPosition, upToPosition],
    );
    await this.#em.execute(`select set_config('latchkey.audit_maintenance', '', true)`);
  }
}
