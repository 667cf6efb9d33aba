import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Kernel } from '../../kernel/module.ts';
import { sign } from './signature.ts';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.ts';
import type { DueDelivery } from './webhook-delivery.repository.ts';
import type { WebhookOutcomes } from './webhook-outcomes.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import type { Outcome, WebhookSender } from './webhook-sender.ts';

/**
 * How many are sent at once to one endpoint by one instance, and to one that fails, to find out whether it is well
 * again. There is no bound for all together besides that on endpoints: whoever hangs takes no place from others.
 */
const SLOTS = { perEndpoint: 4, perFailing: 1 };

/** How many outcomes are written down at once: the connections are for those who log in. */
const SETTLING = 3;

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
  done: Promise<void>;
}

/** Sends what is queued. Any number of instances may do so at once. */
export class WebhookDispatcher {
  readonly #kernel: Kernel;
  readonly #parts: DispatcherParts;
  readonly #underWay = new Set<UnderWay>();
  readonly #settling = pLimit(SETTLING);
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
      for (const delivery of await this.#take()) this.#begin(delivery);
    }
  }

  #take(): Promise<DueDelivery[]> {
    const busy: Record<string, number> = {};
    for (const { endpointId } of this.#underWay) busy[endpointId] = (busy[endpointId] ?? 0) + 1;
    return this.#kernel.database.write(({ em }) =>
      em.getRepository(WebhookDeliveryEntity).takeDue({ ...SLOTS, busy, leaseSeconds: LEASE_SECONDS }),
    );
  }

  #begin(delivery: DueDelivery): void {
    const done = this.#deliver(delivery)
      .catch((error: unknown) => {
        const { id: deliveryId, endpointId: webhookId } = delivery;
        this.#kernel.logger.warn({ err: error, webhookId, deliveryId }, 'A webhook could not be settled');
      })
      .finally(() => {
        this.#underWay.delete(entry);
        this.wake();
      });
    const entry = { endpointId: delivery.endpointId, done };
    this.#underWay.add(entry);
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const outcome = await this.#send(delivery);
    // What was cut short by the stop has said nothing about the receiver.
    if (!this.#closing.signal.aborted) await this.#settling(() => this.#parts.outcomes.note(delivery, outcome));
  }

  async #send(delivery: DueDelivery): Promise<Outcome> {
    const { url, body } = delivery;
    const keys = this.#keysOf(delivery);
    if (keys === null) return UNREADABLE;
    return this.#parts.sender.send({ url, body, headers: this.#headersOf(delivery, keys) }, this.#closing.signal);
  }

  /** Null: the one of now was encrypted with another key, which may come back. The one before may go unreadable. */
  #keysOf({ endpointId, secret, previousSecret }: DueDelivery): Buffer[] | null {
    const open = (text: string): Buffer[] => {
      try {
        return [this.#parts.secrets.open(endpointId, text)];
      } catch (error) {
        this.#kernel.logger.error({ err: error, webhookId: endpointId }, 'The secret of a webhook cannot be decrypted');
        return [];
      }
    };
    const current = open(secret);
    if (current.length === 0) return null;
    return previousSecret === null ? current : [...current, ...open(previousSecret)];
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
