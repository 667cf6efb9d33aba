import type { EntityManager } from '@mikro-orm/postgresql';
import { BackgroundJob } from './background-job.ts';
import type { Kernel } from './module.ts';

interface PurgeJobOptions {
  /** What goes, for the log; it also names the lock. */
  name: string;
  /** Removes so many at most of what has had its time, by the clock of the database; answers how many that were. */
  removeBatch(em: EntityManager, limit: number): Promise<number>;
}

/** Short enough that nobody waits for its locks, and that it is done long before the deadline. */
const BATCH = 1000;

const EVERY_SECONDS = 600;

/** Removes what has had its time, batch after batch, each in a transaction of its own, on one instance at a time. */
export class PurgeJob {
  readonly #kernel: Kernel;
  readonly #options: PurgeJobOptions;
  readonly #job: BackgroundJob;

  constructor(kernel: Kernel, options: PurgeJobOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#job = new BackgroundJob(kernel, {
      name: `purge ${options.name}`,
      everySeconds: EVERY_SECONDS,
      work: (signal) => this.purge(signal),
    });
  }

  start(): void {
    this.#job.start();
  }

  close(): Promise<void> {
    return this.#job.close();
  }

  /** Removes all of it now; answers how many it were. Does nothing while another instance is at it. */
  async purge(signal?: AbortSignal): Promise<number> {
    for (let removed = 0; ; ) {
      const batch = await this.#purgeBatch();
      removed += batch;
      if (batch < BATCH || signal?.aborted) return removed;
    }
  }

  #purgeBatch(): Promise<number> {
    const { name, removeBatch } = this.#options;
    return this.#kernel.database.write(async ({ em }) => {
      const [lock] = await em.execute<{ is_mine: boolean }[]>(
        'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as is_mine',
        [`latchkey purge ${name}`],
      );
      return lock?.is_mine ? removeBatch(em, BATCH) : 0;
    });
  }
}
