import type { WebhookDisabledReason } from '@latchkey/contract';
import { EntityRepository, LockMode } from '@mikro-orm/postgresql';
import type { WebhookEndpointRecord } from './webhook-endpoint.entity.ts';

/** An endpoint that was disabled by what it answered. */
export interface DisabledEndpoint {
  url: string;
  description: string;
}

/** How long an endpoint may have failed, and how often in a row, before it is disabled. */
export interface Patience {
  hours: number;
  failures: number;
}

/** Endpoints; those that were deleted are seen by the cleaning alone. */
export class WebhookEndpointRepository extends EntityRepository<WebhookEndpointRecord> {
  /** The newest first. */
  list(limit: number, afterId: string | null): Promise<WebhookEndpointRecord[]> {
    const where = { deletedAt: null, ...(afterId !== null && { id: { $lt: afterId } }) };
    return this.find(where, { orderBy: { id: 'desc' }, limit });
  }

  findById(id: string): Promise<WebhookEndpointRecord | null> {
    return this.findOne({ id, deletedAt: null });
  }

  /** Reads it while nobody else can change it. */
  lockById(id: string): Promise<WebhookEndpointRecord | null> {
    return this.findOne({ id, deletedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  countAll(): Promise<number> {
    return this.count({ deletedAt: null });
  }

  listEnabled(): Promise<WebhookEndpointRecord[]> {
    return this.find({ deletedAt: null, disabledReason: null });
  }

  /**
   * The secret that was signed with so far goes on signing for a while; one from before it does not. Answers the
   * address; null: there is no such endpoint.
   */
  async rotateSecret(id: string, secret: string, overlapHours: number): Promise<string | null> {
    const [endpoint] = await this.em.execute<{ url: string }[]>(
      `update auth.webhook_endpoint set previous_secret = secret, secret = ?,
         previous_secret_until = now() + make_interval(hours => ?)
       where id = ? and deleted_at is null returning url`,
      [secret, overlapHours, id],
    );
    return endpoint?.url ?? null;
  }

  async noteSuccess(id: string): Promise<void> {
    await this.em.execute(
      'update auth.webhook_endpoint set failures = 0, failing_since = null where id = ? and failures > 0',
      [id],
    );
  }

  /** Counts a failure; answers whether the patience is over. */
  async noteFailure(id: string, { hours, failures }: Patience): Promise<boolean> {
    const [endpoint] = await this.em.execute<{ is_over: boolean }[]>(
      `update auth.webhook_endpoint set failures = failures + 1, failing_since = coalesce(failing_since, now())
       where id = ? returning failures >= ? and failing_since <= now() - make_interval(hours => ?) as is_over`,
      [id, failures, hours],
    );
    return endpoint?.is_over ?? false;
  }

  /** Null: somebody else was first. */
  async disable(id: string, reason: WebhookDisabledReason): Promise<DisabledEndpoint | null> {
    const [endpoint] = await this.em.execute<DisabledEndpoint[]>(
      `update auth.webhook_endpoint set disabled_reason = ?
       where id = ? and disabled_reason is null and deleted_at is null returning url, description`,
      [reason, id],
    );
    return endpoint ?? null;
  }

  /** Its address and its secrets go at once; its deliveries, and then the row, with the next cleaning. */
  async remove(id: string): Promise<boolean> {
    const removed = await this.em.execute<object[]>(
      `update auth.webhook_endpoint set deleted_at = now(), url = '', description = '', secret = '', previous_secret = null,
         previous_secret_until = null, disabled_reason = 'admin'
       where id = ? and deleted_at is null returning 1`,
      [id],
    );
    return removed.length > 0;
  }

  /** Removes the rows of deleted endpoints that have no deliveries any more. */
  async purge(): Promise<void> {
    await this.em.execute(
      `delete from auth.webhook_endpoint e where deleted_at is not null
         and not exists (select from auth.webhook_delivery where endpoint_id = e.id)`,
    );
  }
}
