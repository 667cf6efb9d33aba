import { SessionChange } from '@latchkey/contract';
import { AuthError, unavailable } from '../../kernel/auth-error.ts';
import { DatabaseListener } from '../../kernel/database-listener.ts';
import type { Kernel } from '../../kernel/module.ts';
import { type Authentication, type Principal, requirePrincipal } from '../../kernel/principal.ts';
import type { EventFeed } from '../../kernel/redis-port.ts';
import { leastIdAt } from '../../kernel/uuid-time.ts';
import { ChangeStream } from '../../trpc/change-stream.ts';
import { SessionChangeRepository } from './session-change.repository.ts';
import {
  type AnnouncedChange,
  announcedByEvent,
  CHANGE_TYPES,
  type ChangeRow,
  toAnnouncedChange,
} from './session-change.ts';
import { ACTIVITY_INTERVAL_SECONDS } from './session-validity.ts';

interface Watching {
  principal: Principal;
  /** Asks the database once more whether the session holds; this is no activity. */
  authenticate(): Promise<Authentication>;
  /** The last change that the reader has seen. */
  lastEventId: string | null;
}

/** More than this many tabs of one session are no tabs. */
const MAX_STREAMS_PER_SESSION = 20;

/** The longest time that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** More than are on two ways at the same time. */
const MAX_REMEMBERED = 1000;

/** When a refused reader may try again: one of the others may have left by then. */
const RETRY_AFTER_SECONDS = 10;

/**
 * Tells open streams what happens to the sessions of their user, on whichever instance. An announcement is no more
 * than a reason to look: whether the stream's own session still holds, the session check decides.
 */
export class SessionChanges {
  readonly #kernel: Kernel;
  readonly #listener: DatabaseListener;
  /** The second way of announcements; null without Redis. */
  readonly #feed: EventFeed | null;
  readonly #byUser = new Map<string, Set<Watcher>>();
  readonly #announced = new Set<string>();
  #isClosed = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#listener = new DatabaseListener({
      databaseUrl: kernel.config.databaseDirectUrl,
      logger: kernel.logger,
      channel: 'latchkey_session_changes',
      applicationName: 'latchkey-changes',
      onPayload: (payload) => this.#announce(toAnnouncedChange(JSON.parse(payload) as ChangeRow)),
      onRestored: () => this.#catchUp(),
    });
    this.#feed =
      kernel.redis?.createFeed({
        types: CHANGE_TYPES,
        onEvent: (event) => this.#announce(announcedByEvent(event)),
        onRestored: () => this.#catchUp(),
      }) ?? null;
  }

  /**
   * All changes to the sessions of the user from now on, or from the last one seen on. Fails with SESSION_ENDED
   * when the session that watches ends, and with UNAVAILABLE when the reader had better come again.
   * @throws AuthError RATE_LIMITED when the session has too many streams, UNAVAILABLE while the channel is down
   */
  async watch(watching: Watching): Promise<ChangeStream<SessionChange>> {
    await this.#listen();
    if (this.#isClosed) throw unavailable(new Error('The service is stopping'));
    const { user, session } = watching.principal;
    const others = [...(this.#byUser.get(user.id) ?? [])].filter((watcher) => watcher.sessionId === session.id);
    if (others.length >= MAX_STREAMS_PER_SESSION) {
      throw new AuthError('RATE_LIMITED', { details: { retryAfterSeconds: RETRY_AFTER_SECONDS } });
    }
    const watcher = new Watcher(this.#kernel, watching, () => this.#remove(watcher));
    this.#add(watcher);
    try {
      // What was committed before anybody listened for it is found by looking.
      await watcher.start(watching.lastEventId !== null);
    } catch (error) {
      await watcher.stream.return();
      throw error;
    }
    return watcher.stream;
  }

  /** Lets all readers go, who will try again elsewhere, or here after the start. */
  closeStreams(): void {
    this.#isClosed = true;
    const stopping = unavailable(new Error('The service is stopping'));
    for (const watcher of this.#all()) watcher.stream.fail(stopping);
  }

  async close(): Promise<void> {
    this.closeStreams();
    await Promise.all([this.#listener.close(), this.#feed?.close()]);
  }

  /** One way is enough. @throws AuthError UNAVAILABLE while both are down */
  async #listen(): Promise<void> {
    const ways = [this.#listener.listen(), ...(this.#feed === null ? [] : [this.#feed.listen()])];
    await Promise.any(ways).catch((cause: unknown) => {
      throw unavailable(cause);
    });
  }

  /** What comes on both ways is a reason to look only once. */
  #announce(announced: AnnouncedChange): void {
    if (this.#announced.has(announced.id)) return;
    this.#announced.add(announced.id);
    const [oldest] = this.#announced;
    if (this.#announced.size > MAX_REMEMBERED && oldest !== undefined) this.#announced.delete(oldest);
    for (const watcher of this.#byUser.get(announced.userId) ?? []) watcher.announce(announced);
  }

  #catchUp(): void {
    for (const watcher of this.#all()) watcher.catchUp();
  }

  #all(): Watcher[] {
    return [...this.#byUser.values()].flatMap((watchers) => [...watchers]);
  }

  #add(watcher: Watcher): void {
    const watchers = this.#byUser.get(watcher.userId) ?? new Set();
    this.#byUser.set(watcher.userId, watchers.add(watcher));
  }

  #remove(watcher: Watcher): void {
    const watchers = this.#byUser.get(watcher.userId);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#byUser.delete(watcher.userId);
  }
}

/** One open stream, and the session that it belongs to. */
class Watcher {
  readonly stream: ChangeStream<SessionChange>;
  readonly userId: string;
  readonly sessionId: string;
  readonly #kernel: Kernel;
  readonly #authenticate: Watching['authenticate'];
  /** What came after this one has not been delivered; without one to begin with, what came after the start. */
  #lastEventId: string;
  /** One thing after the other, so that a change which ended the session lets nothing pass after it. */
  #work: Promise<void> = Promise.resolve();
  #endTimer: NodeJS.Timeout | null = null;
  #hasLeft = false;

  constructor(kernel: Kernel, { principal, authenticate, lastEventId }: Watching, onLeave: () => void) {
    this.#kernel = kernel;
    this.#authenticate = authenticate;
    this.#lastEventId = lastEventId ?? leastIdAt(principal.checkedAt.getTime());
    this.userId = principal.user.id;
    this.sessionId = principal.session.id;
    this.stream = new ChangeStream(() => {
      this.#hasLeft = true;
      if (this.#endTimer !== null) clearTimeout(this.#endTimer);
      onLeave();
    });
  }

  /**
   * What was missed comes before what is announced meanwhile. `isResuming`: the reader has seen changes before.
   * @throws AuthError SESSION_ENDED, UNAUTHENTICATED or UNAVAILABLE
   */
  start(isResuming: boolean): Promise<void> {
    const starting = this.#check().then(() => (isResuming ? this.#replay() : undefined));
    this.#work = starting.catch(() => {});
    return starting;
  }

  announce(announced: AnnouncedChange): void {
    this.#then(async () => {
      // That somebody logged in somewhere ends nothing.
      if (announced.change.type !== 'session.created') await this.#check();
      this.#push(announced);
    });
    if (announced.change.type !== 'session.created') void this.#work.then(() => this.#noteTold(announced));
  }

  /** After a time in which announcements may have been missed. */
  catchUp(): void {
    this.#then(async () => {
      await this.#check();
      await this.#replay();
    });
  }

  async #replay(): Promise<void> {
    const missed = await this.#kernel.database.read((em) =>
      new SessionChangeRepository(em).listMissed(this.userId, this.#lastEventId),
    );
    for (const announced of missed) this.#push(announced);
  }

  /** @throws AuthError SESSION_ENDED, UNAUTHENTICATED or UNAVAILABLE */
  async #check(): Promise<void> {
    const { session, checkedAt } = requirePrincipal(await this.#authenticate());
    const idleEnd = session.idleExpiresAt.getTime() + ACTIVITY_INTERVAL_SECONDS * 1000;
    const end = Math.min(idleEnd, session.expiresAt.getTime());
    const wait = Math.min(Math.max(end - checkedAt.getTime(), 0) + 1, MAX_TIMER_MS);
    if (this.#endTimer !== null) clearTimeout(this.#endTimer);
    if (this.#hasLeft) return;
    this.#endTimer = setTimeout(() => this.#then(() => this.#check()), wait).unref();
  }

  #push(announced: AnnouncedChange): void {
    this.#lastEventId = announced.id;
    this.stream.push(announced.id, SessionChange.parse(announced.change));
  }

  #noteTold({ change }: AnnouncedChange): void {
    const { metrics, clock } = this.#kernel;
    metrics.revocation((clock.now().getTime() - Date.parse(change.occurredAt)) / 1000);
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((error: unknown) => this.stream.fail(error));
  }
}
