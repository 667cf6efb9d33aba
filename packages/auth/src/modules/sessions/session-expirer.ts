import { BackgroundJob } from '../../kernel/background-job.ts';
import type { Kernel } from '../../kernel/module.ts';
import { nobody } from '../../kernel/principal.ts';
import { SessionEntity } from './session.entity.ts';

/** Their events are written in one transaction, well within its deadline. */
const BATCH = 500;

const EVERY_SECONDS = 60;

/**
 * Writes down that time has ended a session, for whoever reads the log or follows it; the session check has refused it
 * since it was over. At the absolute end also of one that idled out before: an index that finds those earlier would
 * have to be written with each activity.
 */
export class SessionExpirer {
  readonly #kernel: Kernel;
  readonly #job: BackgroundJob;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#job = new BackgroundJob(kernel, {
      name: 'expire sessions',
      everySeconds: EVERY_SECONDS,
      work: (signal) => this.expire(signal),
    });
  }

  start(): void {
    this.#job.start();
  }

  close(): Promise<void> {
    return this.#job.close();
  }

  /** Ends all whose time is over, but for those that another instance is at; answers how many that were. */
  async expire(signal?: AbortSignal): Promise<number> {
    for (let expired = 0; ; ) {
      const batch = await this.#expireBatch();
      expired += batch;
      if (batch < BATCH || signal?.aborted) return expired;
    }
  }

  #expireBatch(): Promise<number> {
    const { database, secrets } = this.#kernel;
    return database.write(async ({ em, record }) => {
      const sessions = em.getRepository(SessionEntity);
      const expired = await sessions.endExpired(BATCH);
      for (const { id: sessionId, userId, reason, device } of expired) {
        const caller = nobody(secrets.createTraceId());
        record({ type: 'session.expired', caller, userId, sessionId, actorId: null, data: { reason, device } });
      }
      return expired.length;
    });
  }
}
