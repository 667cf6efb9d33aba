import type {
  Page,
  WebhookDelivery,
  WebhookDeliveryListInput,
  WebhookReplayInput,
  WebhookReplayResult,
} from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import { decodeCursor, encodeCursor, toPage } from '../../kernel/page.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { AdminRoster } from '../admin/admin-roster.ts';
import { type PastEventPage, PastEventRepository } from './past-event.repository.ts';
import { noSuchWebhook } from './webhook.service.ts';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.ts';
import { WebhookEndpointEntity, type WebhookEndpointRecord } from './webhook-endpoint.entity.ts';
import { TEST_TYPE, toTestBody } from './webhook-message.ts';
import type { WebhookSink } from './webhook-sink.ts';
import { toWebhookDelivery } from './webhook-view.ts';

/** Events that are looked at in one transaction, and how many transactions one call may take. */
const REPLAY_BATCH = 500;
const REPLAY_BATCHES = 10;

interface DeliveryServices {
  admins: AdminRoster;
  sink: WebhookSink;
  /** There may be something to send. */
  wake(): void;
}

/** What was sent, what waits, and what is sent again. */
export class WebhookDeliveryService {
  readonly #kernel: Kernel;
  readonly #services: DeliveryServices;

  constructor(kernel: Kernel, services: DeliveryServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  /** The newest first. @throws AuthError NOT_FOUND */
  async list({ id, status, limit, cursor }: WebhookDeliveryListInput): Promise<Page<WebhookDelivery>> {
    const afterId = decodeCursor(cursor);
    const rows = await this.#kernel.database.read(async (em) => {
      if ((await em.getRepository(WebhookEndpointEntity).findById(id)) === null) throw noSuchWebhook();
      return em.getRepository(WebhookDeliveryEntity).list(id, { status: status ?? null, limit: limit + 1, afterId });
    });
    return toPage(rows, limit, toWebhookDelivery);
  }

  /** Queues a message that says nothing, to see whether it arrives. @throws AuthError NOT_FOUND, CONFLICT when disabled */
  test(principal: Principal, endpointId: string): Promise<WebhookDelivery> {
    const { secrets, clock } = this.#kernel;
    const [id, eventId] = [secrets.createId(), secrets.createId()];
    return this.#act(principal, async (transaction) => {
      await findEnabled(transaction, endpointId);
      const deliveries = transaction.em.getRepository(WebhookDeliveryEntity);
      const body = toTestBody(eventId, clock.now());
      await deliveries.enqueue([{ id, endpointId, eventId, eventType: TEST_TYPE, body }]);
      return toWebhookDelivery(await deliveries.findOneOrFail({ id }));
    });
  }

  /** Sends one again, with the same id and content. @throws AuthError NOT_FOUND, CONFLICT when disabled */
  replay(principal: Principal, id: string): Promise<WebhookDelivery> {
    return this.#act(principal, async (transaction) => {
      const deliveries = transaction.em.getRepository(WebhookDeliveryEntity);
      const delivery = await deliveries.findOne({ id });
      if (delivery === null) throw new AuthError('NOT_FOUND', { message: 'No such delivery.' });
      const endpoint = await findEnabled(transaction, delivery.endpointId);
      await deliveries.replay(id);
      recordReplay(transaction, principal, endpoint, { eventId: delivery.eventId });
      return toWebhookDelivery(await deliveries.findOneOrFail({ id }, { refresh: true }));
    });
  }

  /**
   * Sends again what the audit log has since an instant, whether it was delivered, given up, or happened while the
   * endpoint was disabled. A long time takes several calls, each of which is in the audit log.
   * @throws AuthError NOT_FOUND, CONFLICT when disabled, VALIDATION_FAILED for an instant that is yet to come
   */
  async replaySince(principal: Principal, { id, since, cursor }: WebhookReplayInput): Promise<WebhookReplayResult> {
    if (new Date(since) > this.#kernel.clock.now()) {
      const details = [{ path: 'since', message: 'Choose an instant in the past.' }];
      throw new AuthError('VALIDATION_FAILED', { details });
    }
    let queued = 0;
    let afterId = decodeCursor(cursor);
    await this.#act(principal, async (transaction) =>
      recordReplay(transaction, principal, await findEnabled(transaction, id), {
        since: new Date(since).toISOString(),
      }),
    );
    for (let batch = 0; batch < REPLAY_BATCHES; batch += 1) {
      const page = { since: new Date(since), afterId, limit: REPLAY_BATCH };
      const { count, lastId } = await this.#replayBatch(principal, id, page);
      queued += count;
      if (lastId === null) return { queued, nextCursor: null };
      afterId = lastId;
    }
    return { queued, nextCursor: afterId === null ? null : encodeCursor(afterId) };
  }

  /** Null as the last id: there are no more. */
  #replayBatch(principal: Principal, endpointId: string, page: PastEventPage) {
    return this.#act(principal, async (transaction) => {
      const endpoint = await findEnabled(transaction, endpointId);
      const events = await new PastEventRepository(transaction.em).list(page);
      const deliveries = this.#services.sink.deliveriesFor(endpoint, events);
      await transaction.em.getRepository(WebhookDeliveryEntity).enqueueAgain(deliveries);
      const lastId = events.length < page.limit ? null : (events.at(-1)?.id ?? null);
      return { count: deliveries.length, lastId };
    });
  }

  /** What an administrator has sent, in one transaction; then it is sent. */
  #act<T>(principal: Principal, act: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#services.admins.act(principal, (transaction) => {
      transaction.afterCommit(this.#services.wake);
      return act(transaction);
    });
  }
}

/** What is sent again leaves the service once more, with whatever it says of people. */
const recordReplay = (
  { record }: Transaction,
  { user, caller }: Principal,
  { id: webhookId, url }: WebhookEndpointRecord,
  what: { eventId: string } | { since: string },
): void => {
  const data = { webhookId, host: new URL(url).host, ...what };
  record({ type: 'webhook.replayed', caller, actorId: user.id, data });
};

const findEnabled = async ({ em }: Transaction, id: string): Promise<WebhookEndpointRecord> => {
  const endpoint = await em.getRepository(WebhookEndpointEntity).findById(id);
  if (endpoint === null) throw noSuchWebhook();
  if (endpoint.disabledReason != null) {
    throw new AuthError('CONFLICT', { message: 'This webhook is disabled. Enable it first.' });
  }
  return endpoint;
};
