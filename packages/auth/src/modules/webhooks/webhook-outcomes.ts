import type { WebhookDisabledReason } from '@latchkey/contract';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import { nobody } from '../../kernel/principal.ts';
import type { AdminRoster } from '../admin/admin-roster.ts';
import type { MailOutbox } from '../mail/mail-outbox.ts';
import { MAX_ATTEMPTS, retryInSeconds } from './retry-schedule.ts';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.ts';
import type { DueDelivery, Verdict } from './webhook-delivery.repository.ts';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.ts';
import { TEST_TYPE } from './webhook-message.ts';
import type { Outcome } from './webhook-sender.ts';

/** Nothing but failures for so long, and so many of them in a row: nobody looks after this endpoint. */
const PATIENCE = { hours: 72, failures: 10 };

const GONE = 410;

export interface OutcomeServices {
  admins: AdminRoster;
  outbox: MailOutbox;
}

/** What follows from how an attempt ended: for the delivery, and for its endpoint. */
export class WebhookOutcomes {
  readonly #kernel: Kernel;
  readonly #services: OutcomeServices;

  constructor(kernel: Kernel, services: OutcomeServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  async note(delivery: DueDelivery, outcome: Outcome): Promise<void> {
    const verdict = judge(delivery, outcome);
    await this.#kernel.database.write(async (transaction) => {
      const { em } = transaction;
      const endpoints = em.getRepository(WebhookEndpointEntity);
      await em.getRepository(WebhookDeliveryEntity).settle(delivery, outcome, verdict);
      if (verdict.status === 'delivered') return endpoints.noteSuccess(delivery.endpointId);
      if (outcome.status === GONE) return this.#disable(transaction, delivery.endpointId, 'gone');
      // Who tries an endpoint out knows that it may fail.
      if (delivery.eventType === TEST_TYPE) return;
      const isOver = await endpoints.noteFailure(delivery.endpointId, PATIENCE);
      if (isOver) await this.#disable(transaction, delivery.endpointId, 'failures');
    });
    this.#count(delivery, verdict);
    this.#log(delivery, outcome, verdict);
  }

  /** Tells the administrators, by mail and in the audit log. */
  async #disable(transaction: Transaction, id: string, reason: WebhookDisabledReason): Promise<void> {
    const { em, record } = transaction;
    const endpoint = await em.getRepository(WebhookEndpointEntity).disable(id, reason);
    if (endpoint === null) return;
    const { host } = new URL(endpoint.url);
    const caller = nobody(this.#kernel.secrets.createTraceId());
    record({ type: 'webhook.disabled', caller, actorId: null, data: { webhookId: id, host, reason } });
    const data = { webhookId: id, host, description: endpoint.description, reason };
    for (const { id: userId, email: recipient } of await this.#services.admins.list(transaction)) {
      this.#services.outbox.queue(transaction, { template: 'webhook_disabled', recipient, userId, data });
    }
  }

  /** A test that fails is no event that was lost: it rings no alert. */
  #count({ eventType }: DueDelivery, { status }: Verdict): void {
    const isLost = status === 'dead' && eventType !== TEST_TYPE;
    this.#kernel.metrics.webhookDelivery(status === 'delivered' ? status : isLost ? 'dead' : 'failed');
  }

  #log({ id, endpointId, eventType, attempts }: DueDelivery, { status, error }: Outcome, verdict: Verdict): void {
    const { logger } = this.#kernel;
    const fields = { webhookId: endpointId, deliveryId: id, attempts, status, reason: error };
    if (verdict.status === 'delivered') logger.debug(fields, 'A webhook was delivered');
    else if (eventType === TEST_TYPE) logger.info(fields, 'A test of a webhook did not arrive');
    else if (verdict.status === 'dead') logger.error(fields, 'A webhook was given up');
    else logger.warn({ ...fields, retryInSeconds: verdict.retryInSeconds }, 'A webhook waits');
  }
}

/** Only 2xx means that it arrived; a redirect is not followed, and so it is a failure (Standard Webhooks). */
const judge = ({ attempts, eventType }: DueDelivery, { status, retryAfterSeconds }: Outcome): Verdict => {
  if (status !== null && status >= 200 && status < 300) return { status: 'delivered', retryInSeconds: 0 };
  const maxAttempts = eventType === TEST_TYPE ? 1 : MAX_ATTEMPTS;
  if (status === GONE || attempts >= maxAttempts) return { status: 'dead', retryInSeconds: 0 };
  return { status: 'pending', retryInSeconds: retryInSeconds(attempts, retryAfterSeconds) };
};
