import type { Kernel } from '../../kernel/module.ts';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.ts';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.ts';

/** How long a delivery can be looked at and sent again as it was, once it has arrived or been given up. */
const KEEP_DAYS = 30;
/** How long a disabled endpoint keeps waiting what it had when it was disabled: about as long as an enabled one. */
const HOLD_HOURS = 72;
const BATCH = 1000;

/** Keeps the queue from growing for ever, on one instance at a time. */
export class WebhookCleaner {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Portion by portion, each in a transaction of its own. */
  async clean(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted && (await this.#cleanBatch()));
  }

  /** Whether there may be more. */
  #cleanBatch(): Promise<boolean> {
    return this.#kernel.database.write(async ({ em }) => {
      const deliveries = em.getRepository(WebhookDeliveryEntity);
      if (!(await deliveries.lockCleaning())) return false;
      const counts = [
        await deliveries.giveUpHeld(HOLD_HOURS, BATCH),
        await deliveries.purge(KEEP_DAYS, BATCH),
        await deliveries.purgeOrphans(BATCH),
      ];
      await em.getRepository(WebhookEndpointEntity).purge();
      return counts.some((count) => count === BATCH);
    });
  }
}
