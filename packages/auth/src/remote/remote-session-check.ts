import {
  type ErrorBody,
  type Introspection,
  Introspections,
  MAX_BEARER_LENGTH,
  MAX_INTROSPECTED,
} from '@latchkey/contract';
import { AuthError, unavailable } from '../kernel/auth-error.ts';
import type { Authentication, Caller, Credential } from '../kernel/principal.ts';
import { isToken } from '../kernel/secrets.ts';

/** `fetch` as it is needed here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface RemoteSessionCheckOptions {
  /** Where the service is. */
  url: string;
  fetch: Fetch;
}

interface Waiter {
  token: string;
  resolve(introspection: Introspection): void;
  reject(error: unknown): void;
}

const ANONYMOUS: Authentication = { kind: 'anonymous' };

/** Characters of tokens in one question, which has to be shorter than the service reads. */
const MAX_QUESTION_LENGTH = 48_000;

const MAX_UNDERWAY = 2;
const MAX_WAITING = 10_000;
const DEADLINE_MS = 2500;

/**
 * Asks a Latchkey service about session tokens, each time and without a cache. Checks that arrive together travel
 * together: what waits goes out in one request as soon as one of the two that may be under way has come back.
 */
export class RemoteSessionCheck {
  readonly #options: RemoteSessionCheckOptions;
  #waiting: Waiter[] = [];
  #underway = 0;
  #isPumpScheduled = false;

  constructor(options: RemoteSessionCheckOptions) {
    this.#options = options;
  }

  /** @throws AuthError UNAVAILABLE when the service does not answer in time, or too many wait for it */
  async authenticate(credential: Credential | null, caller: Caller): Promise<Authentication> {
    // What a cookie holds is no bearer token, and the other way round; the service tells them apart by their form.
    if (credential === null || isToken(credential.token) !== (credential.kind === 'session')) return ANONYMOUS;
    const { token } = credential;
    if (token.length > MAX_BEARER_LENGTH) return ANONYMOUS;
    if (this.#waiting.length >= MAX_WAITING) throw unavailable(new Error('Too many checks wait for the service'));
    const { promise, resolve, reject } = Promise.withResolvers<Introspection>();
    this.#waiting.push({ token, resolve, reject });
    this.#schedulePump();
    return toAuthentication(await promise, caller);
  }

  /** Once per turn of the event loop, so that requests which were read together are asked together. */
  #schedulePump(): void {
    if (this.#isPumpScheduled) return;
    this.#isPumpScheduled = true;
    setImmediate(() => {
      this.#isPumpScheduled = false;
      while (this.#waiting.length > 0 && this.#underway < MAX_UNDERWAY) {
        void this.#ask(this.#waiting.splice(0, this.#countForOneQuestion()));
      }
    });
  }

  #countForOneQuestion(): number {
    let length = 0;
    const tooMany = this.#waiting.findIndex(({ token }, index) => {
      length += token.length;
      return index === MAX_INTROSPECTED || (index > 0 && length > MAX_QUESTION_LENGTH);
    });
    return tooMany < 0 ? this.#waiting.length : tooMany;
  }

  async #ask(batch: Waiter[]): Promise<void> {
    this.#underway += 1;
    try {
      const items = await this.#introspect(batch.map(({ token }) => token));
      for (const [index, waiter] of batch.entries()) waiter.resolve(items[index] ?? { kind: 'anonymous' });
    } catch (cause) {
      const error = unavailable(cause);
      for (const waiter of batch) waiter.reject(error);
    } finally {
      this.#underway -= 1;
      if (this.#waiting.length > 0) this.#schedulePump();
    }
  }

  async #introspect(tokens: string[]): Promise<Introspection[]> {
    const response = await this.#options.fetch(`${this.#options.url}/api/v1/auth/sessions/introspect`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tokens }),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (!response.ok) throw await refusalOf(response);
    const { items } = Introspections.parse(await response.json());
    if (items.length !== tokens.length) throw new Error('The service left tokens unanswered');
    return items;
  }
}

const refusalOf = async (response: Response): Promise<Error> => {
  if (response.status === 429 || response.status === 403)
    return new Error('The service limits what this address may ask: name it in its TRUSTED_SERVICES');
  const body = (await response.json().catch(() => null)) as ErrorBody | null;
  return new Error(`The service answered ${response.status} ${body?.error.code ?? ''}`);
};

const toAuthentication = (found: Introspection, caller: Caller): Authentication => {
  if (found.kind === 'refused') throw new AuthError(found.code);
  if (found.kind !== 'active') return found;
  const { user, session, scopes, authenticatedAt, isRecent, checkedAt } = found;
  const { current: _, ...rest } = session;
  return {
    kind: 'active',
    principal: {
      user: { ...user, createdAt: new Date(user.createdAt) },
      session: {
        ...rest,
        createdAt: new Date(session.createdAt),
        lastActiveAt: new Date(session.lastActiveAt),
        idleExpiresAt: new Date(session.idleExpiresAt),
        expiresAt: new Date(session.expiresAt),
      },
      scopes,
      authenticatedAt: new Date(authenticatedAt),
      isRecent,
      checkedAt: new Date(checkedAt),
      caller,
    },
  };
};
