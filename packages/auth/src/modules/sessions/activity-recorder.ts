import type { Kernel } from '../../kernel/module.ts';
import { ACTIVITY_INTERVAL_SECONDS } from './session-validity.ts';

/** Beyond this many sessions the write comes early, so that memory stays bounded. */
const MAX_PENDING = 10_000;

/**
 * Remembers when sessions were used and writes it down in one statement a minute: a session check itself
 * writes nothing. A crash loses at most that minute.
 */
export class ActivityRecorder {
  readonly #kernel: Kernel;
  #pending = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  record(sessionId: string, at: Date): void {
    this.#pending.set(sessionId, at.getTime());
    this.#timer ??= setTimeout(() => void this.flush(), ACTIVITY_INTERVAL_SECONDS * 1000).unref();
    if (this.#pending.size >= MAX_PENDING) void this.flush();
  }

  /** Writes what is pending; on failure it is kept for the next time. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#pending;
    this.#pending = new Map();
    if (batch.size === 0) return;
    try {
      await this.#write(batch);
    } catch (error) {
      this.#kernel.logger.warn({ err: error, sessions: batch.size }, 'Last activity could not be written');
      for (const [id, at] of batch) {
        if (!this.#pending.has(id) && this.#pending.size < MAX_PENDING) this.record(id, new Date(at));
      }
    }
  }

  async #write(batch: Map<string, number>): Promise<void> {
    const ids = `{${[...batch.keys()].join(',')}}`;
    const instants = `{${[...batch.values()].map((at) => `"${new Date(at).toISOString()}"`).join(',')}}`;
    await this.#kernel.database.write(({ em }) =>
      em.execute(
        `update auth.session s set last_active_at = seen.at
         from unnest(?::uuid[], ?::timestamptz[]) as seen(id, at)
         where s.id = seen.id and s.ended_at is null and s.last_active_at < seen.at`,
        [ids, instants],
      ),
    );
  }
}
