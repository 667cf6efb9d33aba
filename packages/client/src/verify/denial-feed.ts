import type { AccessTokenClaims, TokenDenials } from '@latchkey/contract';
import type { Clock } from '../clock.ts';
import { retryAfterMs } from '../retry-after.ts';
import { DeniedSessions } from './denied-sessions.ts';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.ts';

/** Whether it is known at once when a session ends; if not, why. */
export type FeedState = { isConnected: true } | { isConnected: false; cause: unknown };

interface DenialFeedOptions {
  url: string;
  /** Whose bearer token opens the feed; null: the address does. */
  token: string | (() => string | Promise<string>) | null;
  fetch: typeof fetch;
  clock: Clock;
  onChange(state: FeedState): void;
}

/** The service says something each 20 seconds. */
const SILENCE_MS = 50_000;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
const MAX_RETRY_AFTER_MS = 300_000;

/** Hears which sessions have ended, for as long as it is not closed: a stream that breaks is opened again. */
export class DenialFeed {
  readonly #options: DenialFeedOptions;
  readonly #denied: DeniedSessions;
  readonly #closing = new AbortController();
  readonly #firstList = Promise.withResolvers<void>();
  #isConnected = false;
  #failures = 0;
  #lastEventId = '';
  #retryMs = FIRST_RETRY_MS;

  constructor(options: DenialFeedOptions) {
    this.#options = options;
    this.#denied = new DeniedSessions(options.clock);
    // Whoever does not wait for it hears of it by `onChange`.
    this.#firstList.promise.catch(() => {});
    void this.#run();
  }

  /** Whether all that has ended until now is known, and what ends next will be. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Resolves when the first list of denials is here, or the feed is closed; rejects when the service refuses it. */
  get firstList(): Promise<void> {
    return this.#firstList.promise;
  }

  denies({ sid, auth_time }: Pick<AccessTokenClaims, 'sid' | 'auth_time'>): boolean {
    return this.#denied.includes(sid, auth_time);
  }

  close(): void {
    this.#closing.abort();
    this.#isConnected = false;
    this.#firstList.resolve();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const end = await this.#follow().catch((cause: unknown) => ({ cause, retryAfterMs: null }));
      this.#setConnected({ isConnected: false, cause: end.cause });
      this.#failures += 1;
      await pause(end.retryAfterMs ?? this.#backOffMs(), signal);
    }
  }

  /** Half of it is chance: the readers of a service that was restarted do not all come at once. */
  #backOffMs(): number {
    const longest = Math.min(this.#retryMs * 2 ** Math.min(this.#failures - 1, 10), MAX_RETRY_MS);
    return (longest * (1 + Math.random())) / 2;
  }

  async #follow(): Promise<{ cause: unknown; retryAfterMs: number | null }> {
    const connection = new AbortController();
    const giveUp = () => connection.abort(new Error('The feed of denials is silent'));
    const silence = { timer: setTimeout(giveUp, SILENCE_MS) };
    const leave = () => connection.abort(this.#closing.signal.reason);
    this.#closing.signal.addEventListener('abort', leave);
    try {
      const response = await this.#open(connection.signal);
      if (!isEventStream(response)) {
        const wait = retryAfterMs(response, this.#options.clock);
        await response.body?.cancel();
        const cause = refusalOf(response.status);
        // Waiting does not help here, and whoever waits for the feed has to hear of it.
        if (IS_FINAL.has(response.status)) this.#firstList.reject(cause);
        return { cause, retryAfterMs: wait === null ? null : Math.min(wait, MAX_RETRY_AFTER_MS) };
      }
      await this.#read(response.body, () => {
        clearTimeout(silence.timer);
        silence.timer = setTimeout(giveUp, SILENCE_MS);
      });
      return { cause: new Error('The service closed the feed of denials'), retryAfterMs: null };
    } finally {
      clearTimeout(silence.timer);
      this.#closing.signal.removeEventListener('abort', leave);
      connection.abort();
    }
  }

  async #open(signal: AbortSignal): Promise<Response> {
    const { url, token, fetch } = this.#options;
    const bearer = typeof token === 'function' ? await token() : token;
    const headers = new Headers({ accept: 'text/event-stream' });
    if (bearer !== null) headers.set('authorization', `Bearer ${bearer}`);
    if (this.#lastEventId !== '') headers.set('last-event-id', this.#lastEventId);
    return fetch(url, { headers, signal, redirect: 'manual' });
  }

  async #read(body: ReadableStream<Uint8Array>, onSign: () => void): Promise<void> {
    const parser = new EventStreamParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      onSign();
      for (const event of parser.push(decoder.decode(piece.value, { stream: true }))) this.#take(event);
      this.#retryMs = Math.min(parser.retryMs ?? this.#retryMs, MAX_RETRY_MS);
    }
  }

  #take({ type, data, lastEventId }: ServerSentEvent): void {
    if (type !== 'change') return;
    const denials: unknown = JSON.parse(data);
    if (!isDenials(denials)) throw new Error('The feed of denials says something else');
    this.#denied.add(denials);
    this.#lastEventId = lastEventId;
    // The list at the beginning comes in parts, and what happens meanwhile in between.
    if (denials.more !== false) return;
    this.#failures = 0;
    this.#setConnected({ isConnected: true });
    this.#firstList.resolve();
  }

  #setConnected(state: FeedState): void {
    // The first failure is told, too.
    const isNews = this.#isConnected !== state.isConnected || (this.#failures === 0 && !state.isConnected);
    this.#isConnected = state.isConnected;
    if (isNews && !this.#closing.signal.aborted) this.#options.onChange(state);
  }
}

/** It is not for this service, or not there. */
const IS_FINAL = new Set([401, 403, 404]);

const refusalOf = (status: number): Error =>
  new Error(
    status === 401 || status === 403
      ? `The feed of denials refused this service (${status}): name its address in TRUSTED_SERVICES, or give a token of an administrator`
      : `The feed of denials was answered with ${status}`,
  );

type EventStreamResponse = Response & { body: ReadableStream<Uint8Array> };

const isEventStream = (response: Response): response is EventStreamResponse =>
  response.status === 200 &&
  response.body !== null &&
  /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '');

const isDenials = (value: unknown): value is TokenDenials =>
  isRecord(value) && Array.isArray(value.items) && value.items.every(isDenial);

const isDenial = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value.sessionId === 'string' &&
  typeof value.expiresAt === 'string' &&
  !Number.isNaN(Date.parse(value.expiresAt));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Ends early when there is nothing to wait for any more. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end);
  });
