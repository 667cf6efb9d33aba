import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventType } from '../event-log.ts';
import { toArray } from '../sql.ts';

/** As many as the trigger knows. */
const LANES = 16;

/** What is told, and of what; `types` undefined: of everything. */
interface RegisteredSink {
  name: string;
  types: readonly EventType[] | undefined;
}

/** How one sink stands. */
export interface SinkStatus {
  name: string;
  /** Events that were not delivered yet. */
  pending: number;
  /** Events that were given up and wait for somebody to look. */
  parked: number;
  /** How long the oldest one has waited; 0 when none does. */
  lagSeconds: number;
}

/** To whom events go. From its registration on, each commit queues events for a sink, whichever instance it is on. */
export class SinkRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  /** At a start: what the sink wants is what this version of the service says. */
  async register({ name, types }: RegisteredSink): Promise<void> {
    await this.#put({ name, types }, 'types = excluded.types, attended_at = now()');
  }

  /** Says that somebody still delivers to it; also when it was forgotten, while this process was asleep. */
  async attend(sink: RegisteredSink): Promise<void> {
    await this.#put(sink, 'attended_at = now()');
  }

  /** Queues nothing more for sinks that no instance has delivered to for so long; answers their names. */
  async forgetUnattended(hours: number): Promise<string[]> {
    const rows = await this.#em.execute<{ name: string }[]>(
      'delete from auth.event_sink where attended_at < now() - make_interval(hours => ?) returning name',
      [hours],
    );
    return rows.map(({ name }) => name);
  }

  /** Removes a portion of what waits for sinks that were forgotten before; answers how much that was. */
  async sweepForgotten(limit: number): Promise<number> {
    const [gone] = await this.#em.execute<{ sink: string }[]>(
      `select sink from auth.event_lane l where lane = 0
         and not exists (select from auth.event_sink where name = l.sink) limit 1 for update skip locked`,
    );
    if (gone === undefined) return 0;
    const removed = await this.#em.execute<unknown[]>(
      `delete from auth.event_pending where ctid = any(array(
         select ctid from auth.event_pending where sink = ? limit ?
       )) returning position`,
      [gone.sink, limit],
    );
    if (removed.length < limit) {
      await this.#em.execute(
        'delete from auth.event_lane where sink = ? and not exists (select from auth.event_sink where name = ?)',
        [gone.sink, gone.sink],
      );
    }
    return removed.length;
  }

  /** How long the oldest event waits that somebody should have got, in seconds; 0 when none does. */
  async lagSeconds(): Promise<number> {
    const [row] = await this.#em.execute<{ lag: number }[]>(
      `select coalesce(max(extract(epoch from now() - e.occurred_at)), 0)::float8 as lag
       from auth.event_lane l
       cross join lateral (
         select event_id from auth.event_pending p where p.sink = l.sink and p.lane = l.lane and p.parked_at is null
         order by position limit 1
       ) oldest
       join auth.event e on e.id = oldest.event_id`,
    );
    return row?.lag ?? 0;
  }

  async countParked(): Promise<number> {
    const [row] = await this.#em.execute<{ count: number }[]>(
      'select count(*)::int as count from auth.event_pending where parked_at is not null',
    );
    return row?.count ?? 0;
  }

  listStatus(): Promise<SinkStatus[]> {
    return this.#em.execute<SinkStatus[]>(
      `select s.name, count(p.position) filter (where p.parked_at is null)::int as pending,
         count(p.parked_at)::int as parked,
         coalesce(extract(epoch from now() - min(e.occurred_at) filter (where p.parked_at is null)), 0)::float8 as "lagSeconds"
       from auth.event_sink s
       left join auth.event_pending p on p.sink = s.name
       left join auth.event e on e.id = p.event_id
       group by s.name order by s.name`,
    );
  }

  async #put({ name, types }: RegisteredSink, changes: string): Promise<void> {
    await this.#em.execute(
      `insert into auth.event_sink (name, types) values (?, ?::text[]) on conflict (name) do update set ${changes}`,
      [name, types === undefined ? null : toArray(types)],
    );
    await this.#em.execute(
      'insert into auth.event_lane (sink, lane) select ?, generate_series(0, ?) on conflict do nothing',
      [name, LANES - 1],
    );
  }
}
