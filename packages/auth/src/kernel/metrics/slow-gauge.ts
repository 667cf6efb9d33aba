import { Gauge, type Registry } from 'prom-client';
import type { Logger } from '../ports.ts';

interface SlowGaugeOptions {
  name: string;
  help: string;
  everySeconds: number;
  registry: Registry;
  logger: Logger;
}

/**
 * A figure that costs a query. It is asked for at most every so many seconds, only while somebody reads the metrics,
 * and nobody waits for it: they are read of all times when the database is slow. What is shown is what was found the
 * last time; nothing before the first time, and nothing after a failure, which is better than something wrong.
 */
export class SlowGauge {
  readonly #options: SlowGaugeOptions;
  readonly #gauge: Gauge;
  #ask: (() => Promise<number>) | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(options: SlowGaugeOptions) {
    this.#options = options;
    const { name, help, registry } = options;
    this.#gauge = new Gauge({ name, help, registers: [registry], collect: () => void this.#refresh() });
    this.#gauge.remove();
  }

  /** Where the figure comes from. */
  from(ask: () => Promise<number>): void {
    this.#ask = ask;
  }

  async #refresh(): Promise<void> {
    const { everySeconds, logger, name } = this.#options;
    const isFresh = performance.now() - this.#askedAt < everySeconds * 1000;
    if (this.#ask === null || this.#isAsking || isFresh) return;
    this.#isAsking = true;
    this.#askedAt = performance.now();
    try {
      this.#gauge.set(await this.#ask());
    } catch (error) {
      this.#gauge.remove();
      logger.warn({ err: error, metric: name }, 'A figure could not be read');
    } finally {
      this.#isAsking = false;
    }
  }
}
