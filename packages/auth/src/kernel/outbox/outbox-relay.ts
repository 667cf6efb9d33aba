import { setTimeout as delay } from 'node:timers/promises';
import { BackgroundJob } from '../background-job.ts';
import { DatabaseListener } from '../database-listener.ts';
import type { Kernel } from '../module.ts';
import type { EventSink } from './event-sink.ts';
import type { Outlet } from './outlet.ts';
import { OutletWorkers } from './outlet-workers.ts';
import { SinkRepository } from './sink.repository.ts';
import { SinkOutlet } from './sink-outlet.ts';
import type { Subscriber } from './subscriber.ts';
import { SubscriberOutlet } from './subscriber-outlet.ts';

/** For what an announcement did not tell: the time of another instance's failure is over, or it has died. */
const POLL_MS = 5000;

const TEND_EVERY_SECONDS = 60;
/** Longer than a roll-out may take in which some instances have a sink and others do not. */
const FORGET_AFTER_HOURS = 24;
const SWEEP_BATCH = 5000;

/** How long a stop waits for what can be delivered; the rest is there after the next start. */
const DRAIN_MS = 2000;
/** And then for a handler that is told to leave. */
const LEAVE_MS = 500;

interface OutboxRelayOptions {
  sinks: EventSink[];
  subscribers: Subscriber[];
}

/**
 * Delivers what commits have queued. Any number of instances share the work: a lane, which is a part of the users,
 * belongs to one of them at a time.
 */
export class OutboxRelay {
  readonly #kernel: Kernel;
  readonly #outlets: Outlet[];
  readonly #workers: OutletWorkers[];
  readonly #listener: DatabaseListener;
  readonly #tending: BackgroundJob;
  #poll: NodeJS.Timeout | null = null;

  constructor(kernel: Kernel, { sinks, subscribers }: OutboxRelayOptions) {
    this.#kernel = kernel;
    this.#outlets = [
      ...sinks.map((sink) => new SinkOutlet(sink, kernel)),
      ...subscribers.map((subscriber) => new SubscriberOutlet(subscriber, kernel)),
    ];
    assertDistinct(this.#outlets.map(({ name }) => name));
    this.#workers = this.#outlets.map((outlet) => new OutletWorkers(outlet, kernel.logger));
    this.#listener = new DatabaseListener({
      databaseUrl: kernel.config.databaseDirectUrl,
      logger: kernel.logger,
      channel: 'latchkey_outbox',
      applicationName: 'latchkey-outbox',
      onPayload: () => this.wake(),
      onRestored: () => this.wake(),
    });
    this.#tending = new BackgroundJob(kernel, {
      name: 'tend the outbox',
      everySeconds: TEND_EVERY_SECONDS,
      work: (signal) => this.tend(signal),
    });
  }

  /** Registers the sinks: from now on each commit queues its events for them, on whichever instance. */
  async start(): Promise<void> {
    // Also where nothing is delivered: somebody has to notice that a sink is not used any more.
    this.#tending.start();
    if (this.#outlets.length === 0) return;
    await this.#sinks(async (sinks) => {
      for (const outlet of this.#outlets) await sinks.register(outlet);
    });
    this.#poll = setInterval(() => this.wake(), POLL_MS).unref();
    // While the channel is down the poll finds everything.
    await this.#listener.listen().catch(() => {});
    this.wake();
  }

  wake(): void {
    for (const workers of this.#workers) workers.wake();
  }

  /** Delivers what can be delivered now, for two seconds at most. */
  async drain(): Promise<void> {
    if (this.#poll === null) return;
    await this.#everyWorker((workers) => workers.drain(), DRAIN_MS);
  }

  async close(): Promise<void> {
    await this.drain();
    if (this.#poll !== null) clearInterval(this.#poll);
    // What was delivered is noted before the database closes: it would come again.
    await this.#everyWorker((workers) => workers.close(), LEAVE_MS);
    await this.#tending.close();
    await this.#listener.close();
  }

  /** Says that its sinks are used, and forgets those that nobody uses any more. */
  async tend(signal?: AbortSignal): Promise<void> {
    let swept = SWEEP_BATCH;
    while (swept === SWEEP_BATCH && !signal?.aborted) {
      swept = await this.#sinks((sinks) => sinks.sweepForgotten(SWEEP_BATCH));
    }
    const forgotten = await this.#sinks(async (sinks) => {
      for (const outlet of this.#outlets) await sinks.attend(outlet);
      return sinks.forgetUnattended(FORGET_AFTER_HOURS);
    });
    for (const sink of forgotten) {
      this.#kernel.logger.warn(
        { sink },
        `No instance delivers to this sink for ${FORGET_AFTER_HOURS} hours: forgotten`,
      );
    }
  }

  async #everyWorker(act: (workers: OutletWorkers) => Promise<void>, ms: number): Promise<void> {
    await Promise.race([Promise.all(this.#workers.map(act)), delay(ms, undefined, { ref: false })]);
  }

  #sinks<T>(work: (sinks: SinkRepository) => Promise<T>): Promise<T> {
    return this.#kernel.database.write(({ em }) => work(new SinkRepository(em)));
  }
}

const assertDistinct = (names: string[]): void => {
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new Error(`Two sinks are called "${twice}"`);
};
