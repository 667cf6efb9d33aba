import type { Kernel } from '../../kernel/module.ts';
import { ACTIVITY_INTERVAL_SECONDS } from './session-validity.ts';

/** Beyond this many sessions the write comes early, so that memory stays bounded. */
const MAX_PENDING = 10_000;

/** Locks nobody waits for: a session that is being ended, or written by another instance, needs no activity. */
const WRITE = `
  with seen as (select * from unnest(?::uuid[], ?::timestamptz[]) as seen(id, at)),
  free as (
    select s.id, seen.at from auth.session s join seen on seen.id = s.id
    where s.ended_at is null and s.last_active_at < seen.at - make_interval(secs => ?)
    for no key update of s skip locked
  )
  update auth.session s set last_active_at = free.at from free where s.id = free.id`;

/**
 * Remembers when sessions were used and writes it down in one statement a minute: a session check itself
 * writes nothing. A crash loses at most that minute.
 */
export class ActivityRecorder {
  readonly #kernel: Kernel;
  #pending = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  record(sessionId: string, at: Date): void {
    this.#pending.set(sessionId, at.getTime());
    this.#arm();
    if (this.#pending.size === MAX_PENDING) void this.flush();
  }

  /** When it was used according to what has not been written yet. */
  lastSeen(sessionId: string): number {
    return this.#pending.get(sessionId) ?? 0;
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
      this.#keep(batch);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  /** What came in meanwhile is newer and counts. */
  #keep(batch: Map<string, number>): void {
    const newer = [...this.#pending];
    this.#pending = new Map([...batch, ...newer].slice(-MAX_PENDING));
    this.#arm();
  }

  #arm(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.flush(), ACTIVITY_INTERVAL_SECONDS * 1000).unref();
  }

  async #write(batch: Map<string, number>): Promise<void> {
    const ids = `{${[...batch.keys()].join(',')}}`;
    const instants = `{${[...batch.values()].map((at) => `"${new Date(at).toISOString()}"`).join(',')}}`;
    await this.#kernel.database.write(({ em }) => em.execute(WRITE, [ids, instants, MIN_GAP_SECONDS]));
  }
}

/** Several instances, or a flood of sessions, write a session no more often than this. */
const MIN_GAP_SECONDS = ACTIVITY_INTERVAL_SECONDS / 2;
