import type { Kernel } from '../../kernel/module.ts';
import { toArray } from '../../kernel/sql.ts';
import { ACTIVITY_INTERVAL_SECONDS } from './session-validity.ts';

/** Beyond this many sessions the write comes early, so that memory stays bounded. */
const MAX_PENDING = 10_000;

/** Where is written down when something was used last. */
export interface ActivityColumns {
  table: string;
  /** May be null: not used yet. */
  usedAt: string;
  endedAt: string;
}

export const SESSION_ACTIVITY: ActivityColumns = {
  table: 'auth.session',
  usedAt: 'last_active_at',
  endedAt: 'ended_at',
};

/** Locks nobody waits for: a session that is being ended, or written by another instance, needs no activity. */
const writeTo = ({ table, usedAt, endedAt }: ActivityColumns): string => `
  with seen as (select * from unnest(?::uuid[], ?::timestamptz[]) as seen(id, at)),
  free as (
    select s.id, seen.at from ${table} s join seen on seen.id = s.id
    where s.${endedAt} is null and coalesce(s.${usedAt}, '-infinity') < seen.at - make_interval(secs => ?)
    for no key update of s skip locked
  )
  update ${table} s set ${usedAt} = free.at from free where s.id = free.id`;

/**
 * Remembers when sessions were used and writes it down in one statement a minute: a session check itself
 * writes nothing. A crash loses at most that minute.
 */
export class ActivityRecorder {
  readonly #kernel: Kernel;
  readonly #statement: string;
  #pending = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(kernel: Kernel, columns: ActivityColumns) {
    this.#kernel = kernel;
    this.#statement = writeTo(columns);
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
    const ids = toArray([...batch.keys()]);
    const instants = toArray([...batch.values()].map((at) => new Date(at).toISOString()));
    await this.#kernel.database.write(({ em }) => em.execute(this.#statement, [ids, instants, MIN_GAP_SECONDS]));
  }
}

/** Several instances, or a flood of sessions, write a session no more often than this. */
const MIN_GAP_SECONDS = ACTIVITY_INTERVAL_SECONDS / 2;
