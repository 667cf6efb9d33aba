import type { WebhookDeliveryStatus } from '@latchkey/contract';
import { EntityRepository } from '@mikro-orm/postgresql';
import { tryLock } from '../../kernel/sql.ts';
import type { WebhookDeliveryRecord } from './webhook-delivery.entity.ts';
import type { Outcome } from './webhook-sender.ts';

export interface NewDelivery {
  id: string;
  endpointId: string;
  eventId: string;
  eventType: string;
  body: string;
}

/** A delivery whose time has come, and all that it takes to send it. */
export interface DueDelivery extends NewDelivery {
  /** This one included. */
  attempts: number;
  url: string;
  secret: string;
  /** Null: it does not sign any more. */
  previousSecret: string | null;
}

interface Demand {
  perEndpoint: number;
  /** Of an endpoint whose last attempt failed. */
  perFailing: number;
  /** How many of each endpoint are under way. */
  busy: Record<string, number>;
  leaseSeconds: number;
}

/** What comes after an attempt. */
export interface Verdict {
  status: WebhookDeliveryStatus;
  retryInSeconds: number;
}

interface DeliveryPage {
  status: WebhookDeliveryStatus | null;
  limit: number;
  afterId: string | null;
}

const TO_PENDING = `status = 'pending', attempts = 0, queued_at = now(), next_attempt_at = now(), finished_at = null`;

const INSERT = `insert into auth.webhook_delivery (id, endpoint_id, event_id, event_type, body)
  select id, "endpointId", "eventId", "eventType", body
  from jsonb_to_recordset(?::jsonb) as new(id uuid, "endpointId" uuid, "eventId" uuid, "eventType" text, body text)
  on conflict (endpoint_id, event_id) do`;

export class WebhookDeliveryRepository extends EntityRepository<WebhookDeliveryRecord> {
  /** Adds what is not there yet. */
  async enqueue(deliveries: NewDelivery[]): Promise<void> {
    if (deliveries.length > 0) await this.em.execute(`${INSERT} nothing`, [JSON.stringify(deliveries)]);
  }

  /** Adds what is not there, and sends again what is. */
  async enqueueAgain(deliveries: NewDelivery[]): Promise<void> {
    if (deliveries.length > 0)
      await this.em.execute(`${INSERT} update set ${TO_PENDING}`, [JSON.stringify(deliveries)]);
  }

  /** Sends it again, with attempts as if it was new. */
  async replay(id: string): Promise<void> {
    await this.em.execute(`update auth.webhook_delivery set ${TO_PENDING} where id = ?`, [id]);
  }

  /**
   * Takes of each endpoint what has waited longest, as many as there is room for, and leases it. A long queue of one
   * is not read past to find what another one waits for.
   */
  takeDue({ perEndpoint, perFailing, busy, leaseSeconds }: Demand): Promise<DueDelivery[]> {
    return this.em.execute<DueDelivery[]>(
      `with due as (
         select d.id from auth.webhook_endpoint e cross join lateral (
           select id from auth.webhook_delivery
           where endpoint_id = e.id and status = 'pending' and next_attempt_at <= now()
           order by next_attempt_at
           limit greatest(case when e.failures = 0 then ? else ? end - coalesce((?::jsonb ->> e.id::text)::int, 0), 0)
           for update skip locked
         ) d
         where e.disabled_reason is null
       )
       update auth.webhook_delivery d set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => ?)
       from due, auth.webhook_endpoint e where d.id = due.id and e.id = d.endpoint_id
       returning d.id, d.endpoint_id as "endpointId", d.event_id as "eventId", d.event_type as "eventType", d.body,
         d.attempts, e.url, e.secret,
         case when e.previous_secret_until > now() then e.previous_secret end as "previousSecret"`,
      [perEndpoint, perFailing, JSON.stringify(busy), leaseSeconds],
    );
  }

  /**
   * Writes down how an attempt ended, unless a later one has begun or it was settled meanwhile. Retries come up to a
   * quarter later than planned, so that what failed together does not come back together.
   */
  async settle({ id, attempts }: DueDelivery, outcome: Outcome, { status, retryInSeconds }: Verdict): Promise<void> {
    await this.em.execute(
      `update auth.webhook_delivery set status = ?, finished_at = case when ? then now() end,
         next_attempt_at = now() + make_interval(secs => ? * (1 + random() / 4)), last_attempt_at = now(),
         duration_ms = ?, response_status = ?, response_body = ?, error = ?
       where id = ? and attempts = ? and status = 'pending'`,
      [
        status,
        status !== 'pending',
        retryInSeconds,
        outcome.durationMs,
        outcome.status,
        outcome.body,
        outcome.error,
        id,
        attempts,
      ],
    );
  }

  /** The newest first. */
  list(endpointId: string, { status, limit, afterId }: DeliveryPage): Promise<WebhookDeliveryRecord[]> {
    const where = { endpointId, ...(status !== null && { status }), ...(afterId !== null && { id: { $lt: afterId } }) };
    return this.find(where, { orderBy: { id: 'desc' }, limit });
  }

  /** One instance cleans at a time: false, another one does. */
  lockCleaning(): Promise<boolean> {
    return tryLock(this.em, CLEANING_LOCK);
  }

  /** Gives up what a disabled endpoint has kept waiting for so long, so many at a time. */
  giveUpHeld(hours: number, limit: number): Promise<number> {
    return this.#count(
      `update auth.webhook_delivery set status = 'dead', finished_at = now() where id = any(array(
         select d.id from auth.webhook_endpoint e join auth.webhook_delivery d on d.endpoint_id = e.id
         where e.disabled_reason is not null and d.status = 'pending' and d.queued_at < now() - make_interval(hours => ?)
         limit ?
       )) returning 1`,
      [hours, limit],
    );
  }

  /** Forgets what was finished so long ago, so many at a time. */
  purge(days: number, limit: number): Promise<number> {
    return this.#count(
      `delete from auth.webhook_delivery where id = any(array(
         select id from auth.webhook_delivery where finished_at < now() - make_interval(days => ?)
         order by finished_at limit ?
       )) returning 1`,
      [days, limit],
    );
  }

  /** Forgets what was meant for deleted endpoints, so many at a time. */
  purgeOrphans(limit: number): Promise<number> {
    return this.#count(
      `delete from auth.webhook_delivery where id = any(array(
         select d.id from auth.webhook_endpoint e join auth.webhook_delivery d on d.endpoint_id = e.id
         where e.deleted_at is not null limit ?
       )) returning 1`,
      [limit],
    );
  }

  async #count(sql: string, values: unknown[]): Promise<number> {
    const [row] = await this.em.execute<{ count: number }[]>(
      `with touched as (${sql}) select count(*)::int as count from touched`,
      values,
    );
    return row?.count ?? 0;
  }
}

/** "lkwh" as a number: who cleans up holds this lock for a transaction. */
const CLEANING_LOCK = 0x6c6b_7768;
