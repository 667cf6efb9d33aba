import type { Metrics } from './metrics/metrics.ts';
import type { Logger } from './ports.ts';

interface BackgroundJobOptions {
  name: string;
  everySeconds: number;
  /** Must be safe to run on several instances at a time, and leaves off soon after the signal. */
  work(signal: AbortSignal): Promise<unknown>;
}

interface Witnesses {
  logger: Logger;
  metrics: Metrics;
}

/** Does something again and again beside the requests, never twice at a time; keeps no process alive. */
export class BackgroundJob {
  readonly #witnesses: Witnesses;
  readonly #options: BackgroundJobOptions;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #closing = new AbortController();

  constructor(witnesses: Witnesses, options: BackgroundJobOptions) {
    this.#witnesses = witnesses;
    this.#options = options;
    witnesses.metrics.watchJob(options.name);
  }

  start(): void {
    this.#arm();
  }

  /** Lets what is under way finish. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #arm(): void {
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#run().finally(() => {
        this.#running = null;
        this.#arm();
      });
    }, this.#options.everySeconds * 1000).unref();
  }

  /** What fails is tried again at the next turn. */
  async #run(): Promise<void> {
    const { name, work } = this.#options;
    try {
      await work(this.#closing.signal);
    } catch (error) {
      this.#witnesses.metrics.jobFailure(name);
      this.#witnesses.logger.warn({ err: error, job: name }, 'Background work failed');
    }
  }
}
