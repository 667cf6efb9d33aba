import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from '../../kernel/module.ts';
import { sign } from './signature.ts';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.ts';
import type { DueDelivery } from './webhook-delivery.repository.ts';
import type { WebhookOutcomes } from './webhook-outcomes.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import type { Outcome, WebhookSender } from './webhook-sender.ts';

/** How many are sent at once by one instance. */
const SLOTS = 32;
/** Of these, how many endpoints that fail may hold together: the others find room, however many hang. */
const FAILING_SLOTS = 12;
const SLOTS_PER_ENDPOINT = 4;

/** For what another instance or a crash left behind, and for retries. */
const POLL_MS = 2000;
/** Longer than any attempt may take, be it with a slow database. */
const LEASE_SECONDS = 60;
const CLOSE_MS = 2000;

interface DispatcherParts {
  sender: WebhookSender;
  secrets: WebhookSecrets;
  outcomes: WebhookOutcomes;
}

interface UnderWay {
  endpointId: string;
  isFailing: boolean;
  done: Promise<void>;
}

/** Sends what is queued. Any number of instances may do so at once. */
export class WebhookDispatcher {
  readonly #kernel: Kernel;
  readonly #parts: DispatcherParts;
  readonly #underWay = new Set<UnderWay>();
  readonly #closing = new AbortController();
  #poll: NodeJS.Timeout | null = null;
  #filling: Promise<void> | null = null;
  #isWoken = false;

  constructor(kernel: Kernel, parts: DispatcherParts) {
    this.#kernel = kernel;
    this.#parts = parts;
  }

  start(): void {
    this.#poll = setInterval(() => this.wake(), POLL_MS).unref();
  }

  /** There may be something to send. Nobody waits for it. */
  wake(): void {
    this.#isWoken = true;
    if (this.#poll === null) return;
    this.#filling ??= this.#fillSlots()
      .catch((error: unknown) => this.#kernel.logger.warn({ err: error }, 'The queue of webhooks could not be read'))
      .finally(() => {
        this.#filling = null;
        // Somebody may have called in the moment after the last look.
        if (this.#isWoken) this.wake();
      });
  }

  /** Lets what is being sent finish, but not for ever: the lease brings it back after the next start. */
  async close(): Promise<void> {
    if (this.#poll !== null) clearInterval(this.#poll);
    this.#poll = null;
    await this.#filling;
    const all = Promise.all([...this.#underWay].map(({ done }) => done));
    await Promise.race([all, delay(CLOSE_MS, undefined, { ref: false })]);
    this.#closing.abort();
  }

  /** Until nobody has called meanwhile. */
  async #fillSlots(): Promise<void> {
    while (this.#isWoken && this.#poll !== null) {
      this.#isWoken = false;
      await this.#take({ isFailing: false, perEndpoint: SLOTS_PER_ENDPOINT, limit: SLOTS - this.#underWay.size });
      const failing = [...this.#underWay].filter(({ isFailing }) => isFailing).length;
      const limit = Math.min(SLOTS - this.#underWay.size, FAILING_SLOTS - failing);
      // One finds out whether it is well again.
      await this.#take({ isFailing: true, perEndpoint: 1, limit });
    }
  }

  async #take(demand: { isFailing: boolean; perEndpoint: number; limit: number }): Promise<void> {
    if (demand.limit <= 0) return;
    const busy: Record<string, number> = {};
    for (const { endpointId } of this.#underWay) busy[endpointId] = (busy[endpointId] ?? 0) + 1;
    const due = await this.#kernel.database.write(({ em }) =>
      em.getRepository(WebhookDeliveryEntity).takeDue({ ...demand, busy, leaseSeconds: LEASE_SECONDS }),
    );
    for (const delivery of due) this.#begin(delivery, demand.isFailing);
  }

  #begin(delivery: DueDelivery, isFailing: boolean): void {
    const done = this.#deliver(delivery)
      .catch((error: unknown) => {
        const { id: deliveryId, endpointId: webhookId } = delivery;
        this.#kernel.logger.warn({ err: error, webhookId, deliveryId }, 'A webhook could not be settled');
      })
      .finally(() => {
        this.#underWay.delete(entry);
        this.wake();
      });
    const entry = { endpointId: delivery.endpointId, isFailing, done };
    this.#underWay.add(entry);
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const outcome = await this.#send(delivery);
    // What was cut short by the stop has said nothing about the receiver.
    if (!this.#closing.signal.aborted) await this.#parts.outcomes.note(delivery, outcome);
  }

  async #send(delivery: DueDelivery): Promise<Outcome> {
    const { url, body } = delivery;
    const keys = this.#keysOf(delivery);
    if (keys === null) return UNREADABLE;
    return this.#parts.sender.send({ url, body, headers: this.#headersOf(delivery, keys) }, this.#closing.signal);
  }

  /** Null: they were encrypted with another key, which may come back. */
  #keysOf({ endpointId, secret, previousSecret }: DueDelivery): Buffer[] | null {
    const sealed = previousSecret === null ? [secret] : [secret, previousSecret];
    try {
      return sealed.map((text) => this.#parts.secrets.open(endpointId, text));
    } catch (error) {
      this.#kernel.logger.error({ err: error, webhookId: endpointId }, 'The secret of a webhook cannot be decrypted');
      return null;
    }
  }

  #headersOf({ eventId: id, body }: DueDelivery, keys: Buffer[]): Record<string, string> {
    const timestamp = Math.floor(this.#kernel.clock.now().getTime() / 1000);
    return {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Latchkey',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign({ id, timestamp, body }, keys),
    };
  }
}

const UNREADABLE: Outcome = {
  status: null,
  body: null,
  error: 'SECRET_UNREADABLE',
  retryAfterSeconds: null,
  durationMs: 0,
};
