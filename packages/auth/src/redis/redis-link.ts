import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import type { Logger } from '../kernel/ports.ts';
import { rarely } from '../kernel/rarely.ts';
import type { RedisClient } from './redis-client.ts';

/** How long a caller waits for Redis, once. */
const ANSWER_MS = 300;
const PROBE_MS = 500;

/** Says what went wrong and nothing more: errors of the driver carry the command, which may be the password. */
class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';
}

/**
 * The way to Redis, with a circuit breaker: after one failure nobody waits for Redis any more until it has answered
 * a probe, so that a frozen one costs a caller a moment once, and not each caller.
 */
export class RedisLink {
  readonly client: RedisClient;
  readonly #logger: Logger;
  #isUsable = false;
  #isClosed = false;
  #probe: NodeJS.Timeout | null = null;
  readonly #remind = rarely();

  constructor(client: RedisClient, logger: Logger) {
    this.client = client;
    this.#logger = logger;
    client.on('ready', () => void this.#ask());
    client.on('error', (error: unknown) => this.#noteFailure(reasonOf(error)));
    client.on('close', () => this.#noteFailure('The connection was lost'));
    this.#askSoon();
  }

  isUsable(): boolean {
    return this.#isUsable;
  }

  /** @throws RedisAwayError at once while it is away, and when `work` fails by anything but its own refusal */
  async use<T>(work: (client: RedisClient) => Promise<T>, isRefusal = (_error: unknown) => false): Promise<T> {
    if (!this.#isUsable) throw new RedisAwayError('Redis is away');
    try {
      return await inTime(work(this.client));
    } catch (error) {
      if (isRefusal(error)) throw error;
      const reason = reasonOf(error);
      this.#noteFailure(reason);
      throw new RedisAwayError(reason);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isUsable = false;
    if (this.#probe !== null) clearTimeout(this.#probe);
    this.client.disconnect();
  }

  #noteFailure(reason: string): void {
    if (this.#isClosed) return;
    this.#isUsable = false;
    this.#warn(reason);
    this.#askSoon();
  }

  async #ask(): Promise<void> {
    if (this.#isClosed || this.#isUsable) return;
    try {
      await inTime(this.client.ping());
    } catch (error) {
      this.#noteFailure(reasonOf(error));
      return;
    }
    if (this.#isClosed || this.#isUsable) return;
    this.#isUsable = true;
    this.#logger.info({}, 'Redis answers');
  }

  #askSoon(): void {
    if (this.#probe !== null) return;
    this.#probe = setTimeout(() => {
      this.#probe = null;
      void this.#ask();
    }, PROBE_MS).unref();
  }

  #warn(reason: string): void {
    const message = 'Redis is away: limits are counted in PostgreSQL, events wait';
    this.#remind(() => this.#logger.warn({ reason }, message));
  }
}

/** Time is over once what has arrived was read: perhaps it is this process that was busy, not Redis. */
const inTime = async <T>(answer: Promise<T>): Promise<T> => {
  const over = new AbortController();
  const tooLate = delay(ANSWER_MS, undefined, { signal: over.signal, ref: false })
    .then(() => immediate())
    .then(() => {
      throw new Error('No answer in time');
    });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    tooLate.catch(() => {});
    over.abort();
  }
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');
