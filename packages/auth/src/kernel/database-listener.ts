import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { unavailable } from './auth-error.ts';
import type { Logger } from './ports.ts';

interface DatabaseListenerOptions {
  databaseUrl: string;
  logger: Logger;
  channel: string;
  /** How PostgreSQL lists the connection. */
  applicationName: string;
  /** Told each payload. */
  onPayload(payload: string): void;
  /** Told when it does not listen any more. */
  onLost?(): void;
  /** Told when it listens again after a time in which announcements may have been missed. */
  onRestored(): void;
}

const CONNECT_MS = 2000;
const HEARTBEAT_MS = 2000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2000;
const CLOSE_MS = 1000;

/**
 * Listens to what transactions announce with NOTIFY, on a connection of its own, from the first one who asks on.
 * LISTEN belongs to a session of PostgreSQL, so this connection must not go through a pooler of transactions.
 */
export class DatabaseListener {
  readonly #options: DatabaseListenerOptions;
  #client: Client | null = null;
  #listening: PromiseWithResolvers<void> | null = null;
  #isListening = false;
  #heartbeat: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: DatabaseListenerOptions) {
    this.#options = options;
  }

  /**
   * Resolves once whatever is committed from now on will be heard.
   * @throws AuthError UNAVAILABLE when that takes too long
   */
  async listen(): Promise<void> {
    if (this.#isClosed) throw unavailable(new Error('The service is stopping'));
    if (this.#listening === null) {
      this.#listening = Promise.withResolvers();
      void this.#keepListening();
    }
    const timeout = new AbortController();
    const tooLate = delay(CONNECT_MS, undefined, { signal: timeout.signal, ref: false }).then(() => {
      throw unavailable(new Error('The channel for changes is down'));
    });
    await Promise.race([this.#listening.promise, tooLate]).finally(() => {
      tooLate.catch(() => {});
      timeout.abort();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const client = this.#client;
    this.#drop();
    // A frozen peer does not say goodbye.
    if (client !== null) await Promise.race([client.end().catch(() => {}), delay(CLOSE_MS, undefined, { ref: false })]);
  }

  /** Connects, and connects again whenever the connection is lost, until it is closed. */
  async #keepListening(): Promise<void> {
    for (let connections = 0, wait = FIRST_RETRY_MS; !this.#isClosed; ) {
      const lost = Promise.withResolvers<Error>();
      try {
        await this.#connect(lost.resolve);
        wait = FIRST_RETRY_MS;
        connections += 1;
        this.#isListening = true;
        this.#listening?.resolve();
        if (connections > 1) this.#options.onRestored();
        throw await lost.promise;
      } catch (error) {
        this.#drop();
        if (this.#isClosed) return;
        this.#options.logger.warn({ err: error, channel: this.#options.channel }, 'The channel for changes was lost');
        this.#options.onLost?.();
      }
      await delay(wait, undefined, { ref: false });
      wait = Math.min(wait * 2, LAST_RETRY_MS);
    }
  }

  async #connect(onLost: (error: Error) => void): Promise<void> {
    const client = new Client({
      connectionString: this.#options.databaseUrl,
      application_name: this.#options.applicationName,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
      keepAlive: true,
    });
    this.#client = client;
    client.on('error', onLost);
    client.on('end', () => onLost(new Error('Connection terminated')));
    client.on('notification', ({ payload = '' }) => this.#hear(payload));
    await client.connect();
    await client.query(`listen ${this.#options.channel}`);
    // A peer that vanished without a word is noticed by asking.
    this.#heartbeat = setInterval(() => client.query('select 1').catch(onLost), HEARTBEAT_MS).unref();
  }

  /** Anybody who may connect may announce; what makes no sense must not end the process. */
  #hear(payload: string): void {
    try {
      this.#options.onPayload(payload);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'An announcement of the database makes no sense');
    }
  }

  #drop(): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    this.#client?.end().catch(() => {});
    this.#client = null;
    // Whoever comes from now on waits for the next connection.
    if (this.#isListening) this.#listening = Promise.withResolvers();
    this.#isListening = false;
  }
}
