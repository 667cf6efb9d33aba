import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import type { Clock } from '../clock.ts';
import { TokenRefusedError } from './token-refused-error.ts';

interface KeySetOptions {
  url: string;
  fetch: typeof fetch;
  clock: Clock;
}

interface LoadedKeys {
  find: ReturnType<typeof createLocalJWKSet>;
  loadedAt: number;
  maxAgeMs: number;
}

const SECOND_MS = 1000;

/** Where the issuer does not say for how long its keys may be kept, and the bounds of what it may say. */
const DEFAULT_MAX_AGE_SECONDS = 300;
const MIN_MAX_AGE_SECONDS = 10;
const MAX_MAX_AGE_SECONDS = 3600;

/** From this share of their age on, keys are loaded again beside the calls, so that none of these has to wait. */
const REFRESH_AT = 0.8;

/** How long keys serve past their age while the issuer is away: nobody gets newer tokens from it, either. */
const MAX_STALE_MS = 3600 * SECOND_MS;

/** The least time between two loads: a flood of tokens with strange keys is no flood of requests. */
const COOL_DOWN_MS = 10 * SECOND_MS;
const COOL_DOWN_AFTER_FAILURE_MS = SECOND_MS;

const DEADLINE_MS = 5 * SECOND_MS;

/** The public keys of an issuer (RFC 7517 §5), asked for at one address and kept for as long as it says. */
export class KeySet {
  readonly #options: KeySetOptions;
  #keys: LoadedKeys | null = null;
  #loading: Promise<void> | null = null;
  #triedAt = Number.NEGATIVE_INFINITY;
  #failure: { cause: unknown } | null = null;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /** @throws TokenRefusedError while there are no keys, and what jose throws when none of them fits */
  async find(header: JWSHeaderParameters): Promise<CryptoKey> {
    const keys = await this.#current();
    try {
      return await keys.find(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#mayLoad) throw error;
    }
    await this.load();
    return (this.#keys ?? keys).find(header);
  }

  /** Asks the issuer, once for all who want it at the same time; a failure is kept for those who need the keys. */
  load(): Promise<void> {
    this.#triedAt = this.#now;
    this.#loading ??= this.#fetchKeys().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #current(): Promise<LoadedKeys> {
    if (this.#keys === null || !this.#isUsable(this.#keys)) {
      if (this.#mayLoad) await this.load();
    } else if (this.#isDue(this.#keys) && this.#mayLoad) {
      const loaded = this.load();
      // Once it is known that the issuer is away, nobody waits for it.
      if (!this.#isFresh(this.#keys) && this.#failure === null) await loaded;
    }
    if (this.#keys === null || !this.#isUsable(this.#keys))
      throw new TokenRefusedError('keys_unavailable', this.#failure ?? {});
    return this.#keys;
  }

  async #fetchKeys(): Promise<void> {
    const { url, fetch } = this.#options;
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/jwk-set+json, application/json' },
        // Keys come from where they are said to be, and from nowhere that this place points to.
        redirect: 'manual',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
      // jose itself examines what this is.
      const find = createLocalJWKSet((await response.json()) as JSONWebKeySet);
      this.#keys = { find, loadedAt: this.#now, maxAgeMs: maxAgeOf(response) };
      this.#failure = null;
    } catch (cause) {
      this.#failure = { cause };
    }
  }

  get #now(): number {
    return this.#options.clock.now().getTime();
  }

  /** Whoever would start a load may as well wait for the one that is under way. */
  get #mayLoad(): boolean {
    const coolDownMs = this.#failure === null ? COOL_DOWN_MS : COOL_DOWN_AFTER_FAILURE_MS;
    return this.#loading !== null || Math.abs(this.#now - this.#triedAt) >= coolDownMs;
  }

  #isDue(keys: LoadedKeys): boolean {
    return !this.#isYoungerThan(keys, keys.maxAgeMs * REFRESH_AT);
  }

  #isFresh(keys: LoadedKeys): boolean {
    return this.#isYoungerThan(keys, keys.maxAgeMs);
  }

  #isUsable(keys: LoadedKeys): boolean {
    return this.#isYoungerThan(keys, keys.maxAgeMs + MAX_STALE_MS);
  }

  /** A clock that was set back makes keys old, not young. */
  #isYoungerThan({ loadedAt }: LoadedKeys, ageMs: number): boolean {
    return Math.abs(this.#now - loadedAt) < ageMs;
  }
}

const maxAgeOf = (response: Response): number => {
  const said = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(response.headers.get('cache-control') ?? '')?.[1];
  const seconds = said === undefined ? DEFAULT_MAX_AGE_SECONDS : Number(said);
  return Math.min(Math.max(seconds, MIN_MAX_AGE_SECONDS), MAX_MAX_AGE_SECONDS) * SECOND_MS;
};
