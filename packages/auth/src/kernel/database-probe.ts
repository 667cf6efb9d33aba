import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { translateDatabaseError } from './database-away.ts';

/** Whoever asks for readiness gives up after a second or so. */
const DEADLINE_MS = 800;
const CLOSE_MS = 1000;

/** Asks PostgreSQL for a sign of life, on a connection of its own: that the pool is busy does not mean that it is away. */
export class DatabaseProbe {
  readonly #databaseUrl: string;
  #client: Client | null = null;
  #asking: Promise<void> | null = null;

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  /** Those who ask at the same time share one answer. @throws AuthError UNAVAILABLE */
  ping(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Nothing is asked after it, and what is under way leaves no connection behind. */
  async close(): Promise<void> {
    const ended = Promise.allSettled([this.#asking]).then(() => this.#drop());
    await Promise.race([ended, delay(CLOSE_MS, undefined, { ref: false })]);
  }

  async #ask(): Promise<void> {
    try {
      this.#client ??= await this.#connect();
      await this.#client.query('select 1');
    } catch (error) {
      void this.#drop();
      throw translateDatabaseError(error);
    }
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.#databaseUrl,
      application_name: 'latchkey-ready',
      connectionTimeoutMillis: DEADLINE_MS,
      query_timeout: DEADLINE_MS,
      keepAlive: true,
    });
    client.on('error', () => void this.#drop());
    await client.connect();
    return client;
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }
}
