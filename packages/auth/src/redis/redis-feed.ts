import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../kernel/auth-error.ts';
import type { AuthEvent } from '../kernel/event-log.ts';
import type { Logger } from '../kernel/ports.ts';
import { rarely } from '../kernel/rarely.ts';
import type { EventFeed, EventFeedOptions } from '../kernel/redis-port.ts';
import type { RedisClient } from './redis-client.ts';
import { channelOf } from './redis-sink.ts';

const LISTEN_MS = 2000;
const HEARTBEAT_MS = 5000;
/** A Redis that answers but refuses, as by an ACL, is asked again after twice as long each time. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

/** Hears what is published, on a connection of its own, from the first one who asks on. */
export class RedisFeed implements EventFeed {
  readonly #connect: () => RedisClient;
  readonly #options: EventFeedOptions & { logger: Logger };
  #client: RedisClient | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #listening = Promise.withResolvers<void>();
  #isListening = false;
  #subscriptions = 0;
  #failures = 0;
  readonly #remind = rarely();
  #retry: NodeJS.Timeout | null = null;

  constructor(connect: () => RedisClient, options: EventFeedOptions & { logger: Logger }) {
    this.#connect = connect;
    this.#options = options;
  }

  async listen(): Promise<void> {
    this.#client ??= this.#open();
    const timeout = new AbortController();
    const tooLate = delay(LISTEN_MS, undefined, { signal: timeout.signal, ref: false }).then(() => {
      throw unavailable(new Error('The feed of events is down'));
    });
    await Promise.race([this.#listening.promise, tooLate]).finally(() => {
      tooLate.catch(() => {});
      timeout.abort();
    });
  }

  async close(): Promise<void> {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#client?.disconnect();
  }

  #open(): RedisClient {
    const client = this.#connect();
    client.on('ready', () => void this.#subscribe(client));
    client.on('message', (_channel: string, message: string) => this.#hear(message));
    client.on('close', () => {
      // Whoever comes from now on waits for the next connection.
      if (this.#isListening) this.#listening = Promise.withResolvers();
      this.#isListening = false;
    });
    // A peer that vanished without a word is noticed by asking.
    this.#heartbeat = setInterval(() => client.ping().catch(() => {}), HEARTBEAT_MS).unref();
    return client;
  }

  async #subscribe(client: RedisClient): Promise<void> {
    // The connection that was to be given up is gone already.
    if (this.#retry !== null) clearTimeout(this.#retry);
    try {
      await client.subscribe(...this.#options.types.map(channelOf));
    } catch (error) {
      this.#retryLater(client, error);
      return;
    }
    this.#failures = 0;
    this.#isListening = true;
    this.#listening.resolve();
    this.#subscriptions += 1;
    if (this.#subscriptions > 1) this.#options.onRestored();
  }

  /** On a new connection: whatever was wrong with this one. */
  #retryLater(client: RedisClient, error: unknown): void {
    this.#retry = setTimeout(
      () => client.disconnect(true),
      Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS),
    ).unref();
    this.#failures += 1;
    // Its message alone: errors of the driver carry the command.
    const reason = error instanceof Error ? error.message : 'unknown';
    this.#remind(() => this.#options.logger.warn({ reason }, 'The feed of events could not be subscribed to'));
  }

  /** Anybody who may publish may announce; what makes no sense must not end the process. */
  #hear(message: string): void {
    try {
      this.#options.onEvent(JSON.parse(message) as AuthEvent);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'A message from Redis makes no sense');
    }
  }
}
