import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuthEvent } from '../event-log.ts';
import { instant, toArray } from '../sql.ts';

/** A share of the users, whose events one instance at a time delivers to a sink. */
export interface Lane {
  sink: string;
  lane: number;
  /** Failures; progress takes them back. */
  attempts: number;
}

/** A lane that belongs to whoever took it until the lease is over. */
export interface LeasedLane extends Lane {
  leasedUntil: string;
}

/** An event that waits for its turn. */
export interface PendingEvent {
  lane: number;
  position: number;
  /** Null: somebody has deleted it meanwhile. */
  event: AuthEvent | null;
}

interface PendingRow extends Omit<AuthEvent, 'id' | 'occurredAt'> {
  lane: number;
  position: number;
  id: string | null;
  /** In milliseconds. */
  occurredAt: number;
}

/** Lanes whose time has come and in which something waits. */
const DUE_LANES = `
  select l.sink, l.lane, l.attempts from auth.event_lane l
  where l.sink = ? and l.next_attempt_at <= now() and (
    select true from auth.event_pending p where p.sink = l.sink and p.lane = l.lane and p.parked_at is null limit 1
  )`;

/** The one first that has not been served for longest. */
const NEXT_LANE = `${DUE_LANES} order by l.next_attempt_at limit 1 for update of l skip locked`;

/** Who delivers what, and what waits. */
export class EventLaneRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  /**
   * Takes lanes until the end of the transaction, and no other instance sees them meanwhile: all that are free, or a
   * single one that failed the last time, so that what is wrong in one lane holds up no other.
   */
  async lock(sink: string): Promise<Lane[]> {
    await this.#readInOrder();
    const [first] = await this.#em.execute<Lane[]>(NEXT_LANE, [sink]);
    if (first === undefined || first.attempts > 0) return first === undefined ? [] : [first];
    const others = await this.#em.execute<Lane[]>(
      `${DUE_LANES} and l.attempts = 0 and l.lane <> ? order by l.lane for update of l skip locked`,
      [sink, first.lane],
    );
    return [first, ...others];
  }

  /** Takes a lane for so many seconds. The attempt counts from now on: it may end the process. */
  async lease(sink: string, seconds: number): Promise<LeasedLane | null> {
    await this.#readInOrder();
    const [lane] = await this.#em.execute<LeasedLane[]>(
      `with next as (${NEXT_LANE})
       update auth.event_lane as lane set attempts = lane.attempts + 1, next_attempt_at = now() + make_interval(secs => ?)
       from next where lane.sink = next.sink and lane.lane = next.lane
       returning lane.sink, lane.lane, lane.attempts, lane.next_attempt_at::text as "leasedUntil"`,
      [sink, seconds],
    );
    return lane ?? null;
  }

  /** The first ones that wait in lanes of a sink, in the order of their commits. */
  async listPending(lanes: Lane[], limit: number): Promise<PendingEvent[]> {
    const [{ sink } = { sink: '' }] = lanes;
    const rows = await this.#em.execute<PendingRow[]>(
      // `offset 0` keeps the planner to one look-up for each: whatever it believes about the queue, nothing else is fast.
      `select p.lane, p.position::float8 as position, e.id, e.type,
         ${instant('e.occurred_at')} as "occurredAt", e.user_id as "userId",
         e.session_id as "sessionId", e.actor_id as "actorId", host(e.ip_address) as "ipAddress",
         e.trace_id as "traceId", e.data
       from unnest(?::smallint[]) as held (lane)
       cross join lateral (
         select lane, position, event_id from auth.event_pending
         where sink = ? and lane = held.lane and parked_at is null order by position limit ?
       ) p
       left join lateral (select * from auth.event where id = p.event_id offset 0) e on true
       order by p.position`,
      [toArray(lanes.map(({ lane }) => lane)), sink, Math.ceil(limit / lanes.length)],
    );
    return rows.map(toPendingEvent);
  }

  /** Notes that these were delivered. What was committed meanwhile may stand before them, and stays. */
  async remove(sink: string, pending: PendingEvent[]): Promise<void> {
    await this.#em.execute(
      // One look-up for each, here, too.
      `delete from auth.event_pending where ctid = any(array(
         select p.ctid from unnest(?::smallint[], ?::bigint[]) as delivered (lane, position)
         cross join lateral (
           select ctid from auth.event_pending
           where sink = ? and lane = delivered.lane and position = delivered.position offset 0
         ) p
       ))`,
      [toArray(pending.map(({ lane }) => lane)), toArray(pending.map(({ position }) => position)), sink],
    );
  }

  /** Takes an event out of the way of those behind it. */
  async park(sink: string, { lane, position }: PendingEvent): Promise<void> {
    await this.#em.execute(
      'update auth.event_pending set parked_at = now() where sink = ? and lane = ? and position = ?',
      [sink, lane, position],
    );
  }

  /** Puts what was parked back to its place; answers how many events that were. */
  async unpark(sink: string): Promise<number> {
    const rows = await this.#em.execute<unknown[]>(
      'update auth.event_pending set parked_at = null where sink = ? and parked_at is not null returning position',
      [sink],
    );
    return rows.length;
  }

  /** Sets when lanes of a sink have their turn again; for the holder of their locks. */
  async setTurn(lanes: Lane[], turn: { attempts: number; inSeconds: number }): Promise<void> {
    const [{ sink } = { sink: '' }] = lanes;
    await this.#em.execute(
      `update auth.event_lane set attempts = ?, next_attempt_at = clock_timestamp() + make_interval(secs => ?)
       where sink = ? and lane = any(?::smallint[])`,
      [turn.attempts, turn.inSeconds, sink, toArray(lanes.map(({ lane }) => lane))],
    );
  }

  /** The same for the holder of a lease. Changes nothing when it is over, as the lane may belong to another one. */
  async endLease(
    { sink, lane, leasedUntil }: LeasedLane,
    turn: { attempts: number; inSeconds: number },
  ): Promise<void> {
    await this.#em.execute(
      `update auth.event_lane set attempts = ?, next_attempt_at = clock_timestamp() + make_interval(secs => ?)
       where sink = ? and lane = ? and next_attempt_at = ?::timestamptz`,
      [turn.attempts, turn.inSeconds, sink, lane, leasedUntil],
    );
  }

  /**
   * For this transaction. A queue is empty at one moment and long at the next, so that the planner knows nothing of
   * it: it would collect a whole lane and sort it in order to find the first ones.
   */
  async #readInOrder(): Promise<void> {
    await this.#em.execute('set local enable_bitmapscan = off');
  }
}

const toPendingEvent = ({ lane, position, id, occurredAt, ...fields }: PendingRow): PendingEvent => ({
  lane,
  position,
  event: id === null ? null : { id, occurredAt: new Date(occurredAt).toISOString(), ...fields },
});
