import { type EndReason, TokenPair } from '@latchkey/contract';
import { AuthApiError } from '../auth-api-error.ts';
import type { Clock } from '../clock.ts';
import type { Fetch } from '../cookie-jar.ts';
import { retryAfterMs } from '../retry-after.ts';

interface RefreshEndpointOptions {
  /** Where the service is, without a slash at its end. */
  url: string;
  fetch: Fetch;
  clock: Clock;
}

export type RefreshOutcome = { kind: 'renewed'; pair: TokenPair } | { kind: 'ended'; reason: EndReason | null };

interface FailedAttempt {
  kind: 'failed';
  error: AuthApiError;
  /** After which another attempt makes sense; null: none does. */
  waitMs: number | null;
}

/**
 * How long one attempt may take, and the next. The service gives the same successor to a token that comes twice
 * within 10 seconds: a lost answer is asked for again soon enough.
 */
const ATTEMPTS_MS = [4000, 20_000];

/** What it is worth to wait for within one call. */
const MAX_WAIT_MS = 4000;

/** The longest that `Retry-After` keeps this client from asking again. */
const MAX_PAUSE_MS = 300_000;

/** Where a refresh token is exchanged for the next pair. */
export class RefreshEndpoint {
  readonly #options: RefreshEndpointOptions;
  #pause: { until: number; error: AuthApiError } | null = null;

  constructor(options: RefreshEndpointOptions) {
    this.#options = options;
  }

  /**
   * That it is over is an outcome. Whatever else stands in the way, a network that is away or a service that is
   * busy, is an error.
   * @param refreshToken null: it is in the cookie
   * @throws AuthApiError, at once while the service has asked to wait
   */
  async exchange(refreshToken: string | null): Promise<RefreshOutcome> {
    if (this.#pause !== null && this.#now < this.#pause.until) throw this.#pause.error;
    this.#pause = null;
    let failed: FailedAttempt | null = null;
    for (const deadlineMs of ATTEMPTS_MS) {
      if (failed !== null) await sleep(failed.waitMs ?? 0);
      const outcome = await this.#attempt(refreshToken, deadlineMs);
      if (outcome.kind !== 'failed') return outcome;
      failed = outcome;
      if (failed.waitMs === null || failed.waitMs > MAX_WAIT_MS) break;
    }
    if (failed?.waitMs) this.#pause = { until: this.#now + Math.min(failed.waitMs, MAX_PAUSE_MS), error: failed.error };
    throw failed?.error;
  }

  async #attempt(refreshToken: string | null, deadlineMs: number): Promise<RefreshOutcome | FailedAttempt> {
    const impatience = new AbortController();
    const timer = setTimeout(() => impatience.abort(), deadlineMs);
    try {
      const response = await this.#send(refreshToken, impatience.signal);
      return response.ok
        ? { kind: 'renewed', pair: TokenPair.parse(await response.json()) }
        : await this.#explain(response);
    } catch (cause) {
      return { kind: 'failed', error: AuthApiError.from(cause), waitMs: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  #send(refreshToken: string | null, signal: AbortSignal): Promise<Response> {
    const { url, fetch } = this.#options;
    return fetch(`${url}/api/v1/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(refreshToken === null ? {} : { refreshToken }),
      credentials: refreshToken === null ? 'include' : 'omit',
      signal,
    });
  }

  async #explain(response: Response): Promise<RefreshOutcome | FailedAttempt> {
    const error = await AuthApiError.fromResponse(response);
    // A 401 that does not speak the error contract comes from somebody else on the way.
    if (error.code === 'UNAUTHENTICATED' || error.code === 'SESSION_ENDED')
      return { kind: 'ended', reason: error.endReason };
    const isBusy = response.status === 429 || response.status === 503;
    const waitMs = isBusy ? retryAfterMs(response, this.#options.clock) : null;
    return { kind: 'failed', error, waitMs: waitMs ?? (response.status >= 500 ? 0 : null) };
  }

  get #now(): number {
    return this.#options.clock.now().getTime();
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
