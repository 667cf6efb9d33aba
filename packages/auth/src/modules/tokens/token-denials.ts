import type { TokenDenials as Denials } from '@latchkey/contract';
import { AuthError, unavailable } from '../../kernel/auth-error.ts';
import { DatabaseListener } from '../../kernel/database-listener.ts';
import type { Kernel } from '../../kernel/module.ts';
import { ChangeStream } from '../../trpc/change-stream.ts';
import { InvalidatedTokenEntity } from './invalidated-token.entity.ts';
import { type DenialRow, toDenial } from './invalidated-token.repository.ts';

/** How many denials one event carries, and one query reads. */
const PAGE_SIZE = 1000;

/** How often a reader is asked again whether it may listen. */
const CHECK_MS = 10_000;

/** More services than this do not verify tokens by themselves, on one instance. */
const MAX_READERS = 200;

const RETRY_AFTER_SECONDS = 10;

const NIL_ID = '00000000-0000-0000-0000-000000000000';

interface Reader {
  stream: ChangeStream<Denials>;
  timer: NodeJS.Timeout;
}

/**
 * Tells other services which access tokens they must refuse although they have not expired: first all that are
 * denied already, in at least one event, then each one as it is committed, whichever instance did it.
 */
export class TokenDenials {
  readonly #kernel: Kernel;
  readonly #listener: DatabaseListener;
  readonly #readers = new Set<Reader>();
  #isClosed = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#listener = new DatabaseListener({
      databaseUrl: kernel.config.databaseDirectUrl,
      logger: kernel.logger,
      channel: 'latchkey_denials',
      applicationName: 'latchkey-denials',
      onPayload: (payload) => this.#announce([JSON.parse(payload) as DenialRow]),
      // Who listens here would go on to believe that nothing happens: they come back, to whichever instance hears.
      onLost: () => this.#endStreams(unavailable(new Error('The channel for denials was lost'))),
      onRestored: () => {},
    });
  }

  /**
   * @param assertMayListen refuses by throwing, then and later
   * @throws AuthError UNAVAILABLE while the channel is down
   */
  async watch(assertMayListen: () => Promise<void>): Promise<ChangeStream<Denials>> {
    await this.#listener.listen();
    if (this.#isClosed) throw unavailable(new Error('The service is stopping'));
    if (this.#readers.size >= MAX_READERS)
      throw new AuthError('RATE_LIMITED', { details: { retryAfterSeconds: RETRY_AFTER_SECONDS } });
    const stream = new ChangeStream<Denials>(() => {
      clearInterval(reader.timer);
      this.#readers.delete(reader);
    });
    const check = () => void assertMayListen().catch((error: unknown) => stream.fail(error));
    const reader: Reader = { stream, timer: setInterval(check, CHECK_MS).unref() };
    // Before it is read what holds, so that nothing which is committed meanwhile is missed.
    this.#readers.add(reader);
    try {
      const next = await this.#sendPage(stream, NIL_ID);
      if (next !== null) void this.#sendOn(stream, next).catch((error: unknown) => stream.fail(error));
    } catch (error) {
      await stream.return();
      throw error;
    }
    return stream;
  }

  closeStreams(): void {
    this.#isClosed = true;
    this.#endStreams(unavailable(new Error('The service is stopping')));
  }

  async close(): Promise<void> {
    this.closeStreams();
    await this.#listener.close();
  }

  /** A page at a time, as they are read: there may be a million, and a reader that has left. */
  async #sendOn(stream: ChangeStream<Denials>, after: string): Promise<void> {
    for (let next: string | null = after; next !== null; ) {
      await stream.untilRead();
      if (!stream.isOpen) return;
      next = await this.#sendPage(stream, next);
    }
  }

  /** Answers after which one the next page begins; null: there is none. */
  async #sendPage(stream: ChangeStream<Denials>, after: string): Promise<string | null> {
    const rows = await this.#kernel.database.read((em) =>
      em.getRepository(InvalidatedTokenEntity).listCurrent(after, PAGE_SIZE),
    );
    const last = rows.length < PAGE_SIZE ? null : (rows.at(-1)?.sessionId ?? null);
    stream.push(this.#kernel.secrets.createId(), { items: rows.map(toDenial), more: last !== null });
    return last;
  }

  #announce(rows: DenialRow[]): void {
    const id = this.#kernel.secrets.createId();
    for (const { stream } of this.#readers) stream.push(id, { items: rows.map(toDenial) });
  }

  #endStreams(error: unknown): void {
    for (const { stream } of [...this.#readers]) stream.fail(error);
  }
}
