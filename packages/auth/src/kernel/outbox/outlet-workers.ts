import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../ports.ts';
import type { Outlet, Turn } from './outlet.ts';

/** A rest between turns, so that under load each takes what has gathered; the first one waits for nothing. */
const REST_MS = 10;

/** Serves one outlet while there is something to deliver: as many lanes at once as it allows, and none when idle. */
export class OutletWorkers {
  readonly #outlet: Outlet;
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  readonly #retries = new Set<NodeJS.Timeout>();
  #wakes = 0;
  #count = 0;
  #whenIdle: PromiseWithResolvers<void> | null = null;

  constructor(outlet: Outlet, logger: Logger) {
    this.#outlet = outlet;
    this.#logger = logger;
  }

  /** There may be something to deliver. Nobody waits for it. */
  wake(): void {
    this.#wakes += 1;
    this.#addWorker();
  }

  /** Resolves when there is nothing left that can be delivered now. */
  drain(): Promise<void> {
    this.wake();
    return this.#untilIdle();
  }

  /** Takes nothing more, and what is under way ends early; resolves when it has. */
  close(): Promise<void> {
    this.#closing.abort();
    for (const retry of this.#retries) clearTimeout(retry);
    return this.#untilIdle();
  }

  #untilIdle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    this.#whenIdle ??= Promise.withResolvers();
    return this.#whenIdle.promise;
  }

  /** Until there is nothing left, and nobody has called meanwhile. */
  async #work(): Promise<void> {
    for (;;) {
      const wakes = this.#wakes;
      const turn = await this.#serve();
      const isDone = turn.kind === 'idle' && wakes === this.#wakes;
      if (isDone || this.#closing.signal.aborted) break;
      if (turn.kind === 'failed') this.#wakeAfter(turn.retryInSeconds);
      else if (turn.kind === 'idle' || !turn.isFull) await delay(REST_MS);
    }
    this.#count -= 1;
    if (this.#count > 0) return;
    this.#whenIdle?.resolve();
    this.#whenIdle = null;
  }

  async #serve(): Promise<Turn> {
    try {
      return await this.#outlet.serve({ signal: this.#closing.signal, onTaken: () => this.#addWorker() });
    } catch (error) {
      this.#logger.warn({ err: error, sink: this.#outlet.name }, 'The outbox could not be read');
      // The next announcement or the next poll tries again.
      return { kind: 'idle' };
    }
  }

  #addWorker(): void {
    if (this.#closing.signal.aborted || this.#count >= this.#outlet.concurrency) return;
    this.#count += 1;
    void this.#work();
  }

  #wakeAfter(seconds: number): void {
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.wake();
    }, seconds * 1000).unref();
    this.#retries.add(retry);
  }
}
