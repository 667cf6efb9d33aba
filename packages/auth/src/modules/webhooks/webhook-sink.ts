import type { Transaction } from '../../kernel/database.ts';
import type { AuthEvent } from '../../kernel/event-log.ts';
import type { EventSink } from '../../kernel/outbox/event-sink.ts';
import type { Secrets } from '../../kernel/secrets.ts';
import { matchesEvent } from './event-pattern.ts';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.ts';
import type { NewDelivery } from './webhook-delivery.repository.ts';
import { WebhookEndpointEntity, type WebhookEndpointRecord } from './webhook-endpoint.entity.ts';
import { toBody } from './webhook-message.ts';

/** Queues each event for each endpoint that wants it. */
export class WebhookSink implements EventSink {
  readonly name = 'webhooks';
  readonly #secrets: Secrets;
  readonly #wake: () => void;

  constructor(secrets: Secrets, wake: () => void) {
    this.#secrets = secrets;
    this.#wake = wake;
  }

  async deliver(events: AuthEvent[], { em, afterCommit }: Transaction): Promise<void> {
    const endpoints = await em.getRepository(WebhookEndpointEntity).listEnabled();
    const deliveries = endpoints.flatMap((endpoint) => this.deliveriesFor(endpoint, events));
    await em.getRepository(WebhookDeliveryEntity).enqueue(deliveries);
    afterCommit(this.#wake);
  }

  /** What one endpoint is told of these events. */
  deliveriesFor({ id: endpointId, events: patterns }: WebhookEndpointRecord, events: AuthEvent[]): NewDelivery[] {
    return events
      .filter(({ type }) => matchesEvent(patterns, type))
      .map((event) => ({
        id: this.#secrets.createId(),
        endpointId,
        eventId: event.id,
        eventType: event.type,
        body: toBody(event),
      }));
  }
}
