import type { EndReason, TokenPair } from '@latchkey/contract';
import { type Clock, systemClock } from '../clock.ts';
import { type Fetch, keepsCookies } from '../cookie-jar.ts';
import { parseServiceUrl } from '../service-url.ts';
import { RefreshEndpoint } from './refresh-endpoint.ts';
import { openTokenChannel, type TokenChannel, type TokenNews } from './token-channel.ts';
import { TokenShelf } from './token-shelf.ts';
import { type KeptTokens, memoryStorage, type TokenStorage } from './token-storage.ts';

/** How a client holds its tokens. */
export interface TokenOptions {
  /**
   * `cookie`, for browsers: the refresh token stays in an httpOnly cookie that no script can read, the access token
   * in memory. Default: both in memory.
   */
  storage?: 'cookie' | TokenStorage;
  /** Told once for each end, with the reason where the service gives one: the place to show the login. */
  onSignedOut?(reason: EndReason | null): void;
  /**
   * Under this name, tabs of a browser that share a storage tell each other what is new in it.
   * Default: the address of the service where the storage is the cookie; otherwise nobody is told.
   */
  channel?: string;
  clock?: Clock;
}

export interface TokenKeeperOptions extends TokenOptions {
  /** Where the service is, for example `https://auth.example.com`; `''` for the origin of the page. */
  url: string;
  /** Default: the platform's own. */
  fetch?: Fetch;
}

/** A token is renewed when so much of its life is left, and this at most. */
const SHARE_LEFT = 0.2;
const MAX_SECONDS_LEFT = 60;

/** A token that another service refuses so soon would be refused after a refresh as well. */
const MIN_AGE_TO_DOUBT_MS = 10_000;

/**
 * Keeps the tokens of one user and renews them: ahead of expiry, once for all who need them at the same time. Only
 * the service's own word that it is over signs out; a network that is away does not.
 * @example
 * const tokens = new TokenKeeper({ url: 'https://auth.example.com', storage, onSignedOut: showLogin });
 * const client = createAuthClient({ url: 'https://auth.example.com', tokens });
 * await client.tokens.issue.mutate({ email, password });
 * const answer = await tokens.fetch('https://notes.example.com/notes');
 */
export class TokenKeeper {
  readonly #endpoint: RefreshEndpoint;
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  readonly #onSignedOut: (reason: EndReason | null) => void;
  /** Null: the refresh token is in the cookie. */
  readonly #shelf: TokenShelf | null;
  readonly #channel: TokenChannel;
  #tokens: KeptTokens | null = null;
  /** Whether it is known what the storage, or the cookie, holds. */
  #isKnown = false;
  /** Grows whenever somebody signs in or out: a refresh that began before does not count after it. */
  #epoch = 0;
  #refreshing: Promise<void> | null = null;

  constructor({
    url,
    storage = memoryStorage(),
    onSignedOut,
    channel,
    clock,
    fetch = globalThis.fetch,
  }: TokenKeeperOptions) {
    if (storage === 'cookie' && !keepsCookies())
      throw new Error('Outside a browser nobody keeps the cookie: give the tokens another storage.');
    const base = parseServiceUrl(url);
    // That of a browser refuses to be a method of anything else.
    this.#fetch = (input, init) => fetch(input, init);
    this.#clock = clock ?? systemClock;
    this.#endpoint = new RefreshEndpoint({ url: base, fetch: this.#fetch, clock: this.#clock });
    this.#onSignedOut = onSignedOut ?? (() => {});
    this.#shelf = storage === 'cookie' ? null : new TokenShelf(storage);
    const name = channel ?? (storage === 'cookie' ? base : null);
    // A storage that fails now fails again when the tokens are needed, and then somebody hears of it.
    this.#channel = openTokenChannel(name, (news) => this.#hear(news).catch(() => {}));
  }

  /** Whether the refresh token is in a cookie. */
  get usesCookie(): boolean {
    return this.#shelf === null;
  }

  /**
   * An access token that holds; null when nobody is signed in.
   * @throws AuthApiError when it has expired and the service cannot be reached
   */
  async accessToken(): Promise<string | null> {
    await this.#load();
    const tokens = this.#tokens;
    if (tokens === null) return null;
    const secondsLeft = this.#secondsLeft(tokens);
    if (secondsLeft <= 0) await this.#refresh();
    // It still holds: nobody waits for the next one, and nobody minds if that fails.
    else if (secondsLeft <= Math.min(tokens.expiresIn * SHARE_LEFT, MAX_SECONDS_LEFT)) this.#refresh().catch(() => {});
    return this.#tokens?.accessToken ?? null;
  }

  /**
   * The token to try instead of one that was refused, asked for once however many were refused; null when it is over.
   * @throws AuthApiError when the service cannot be reached
   */
  async renew(refused: string): Promise<string | null> {
    if (this.#tokens?.accessToken === refused) await this.#refresh();
    return this.#tokens?.accessToken ?? null;
  }

  /** Keeps a pair that the service has issued, instead of any other. */
  take(pair: TokenPair): Promise<void> {
    this.#epoch += 1;
    return this.#keep(pair);
  }

  /** Forgets the tokens here and in the other tabs. `client.auth.logout` does so, and ends the session as well. */
  async forget(reason: EndReason | null): Promise<void> {
    if (this.#tokens === null && this.#isKnown) return;
    const end = this.#end();
    try {
      await this.#shelf?.clear();
    } finally {
      this.#channel.tell({ kind: 'ended', reason });
      // A page on which nobody was signed in has nothing to tell, except why that is so.
      if (end.wasSignedIn || reason !== null) this.#onSignedOut(reason);
    }
  }

  /**
   * `fetch` for services of one's own: with the access token, and once more with the next one where it is refused
   * with 401. The token goes wherever `url` says.
   */
  async fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const token = await this.accessToken();
    const response = await this.#fetch(url, withBearer(init, token));
    if (response.status !== 401 || token === null || isStream(init.body)) return response;
    const tokens = this.#tokens;
    if (tokens?.accessToken === token && this.#ageMs(tokens) < MIN_AGE_TO_DOUBT_MS) return response;
    const next = await this.renew(token);
    return next === null ? response : this.#fetch(url, withBearer(init, next));
  }

  /** Lets go of the other tabs. */
  close(): void {
    this.#channel.close();
  }

  #load(): Promise<void> {
    if (this.#isKnown) return Promise.resolve();
    return this.#shelf === null ? this.#refresh() : this.#lookAtShelf(this.#shelf, null);
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshNow().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshNow(): Promise<void> {
    const before = this.#tokens;
    if (this.#shelf !== null) {
      // Somebody who shares the storage may have renewed them already, or signed out.
      await this.#lookAtShelf(this.#shelf, null);
      if (this.#tokens === null || (this.#tokens !== before && this.#secondsLeft(this.#tokens) > 0)) return;
    }
    const epoch = this.#epoch;
    const outcome = await this.#endpoint.exchange(this.#tokens?.refreshToken ?? null);
    if (epoch !== this.#epoch) return;
    if (outcome.kind === 'ended') await this.forget(outcome.reason);
    else await this.#keep(outcome.pair);
  }

  /** The new pair is in the storage before the old one is forgotten. */
  async #keep({ accessToken, refreshToken, expiresIn }: TokenPair): Promise<void> {
    const epoch = this.#epoch;
    const tokens = { accessToken, refreshToken, expiresIn, receivedAt: this.#clock.now().getTime() };
    try {
      await this.#shelf?.put(tokens);
    } finally {
      if (epoch === this.#epoch) {
        this.#tokens = tokens;
        this.#isKnown = true;
      }
    }
    if (this.#tokens !== tokens) return;
    if (this.#shelf !== null) this.#channel.tell({ kind: 'stored' });
    else this.#channel.tell({ kind: 'renewed', tokens: { ...tokens, refreshToken: null } });
  }

  async #hear(news: TokenNews): Promise<void> {
    if (this.#shelf !== null) await this.#lookAtShelf(this.#shelf, news.kind === 'ended' ? news.reason : null);
    else if (news.kind === 'renewed') this.#adopt(news.tokens);
    else if (news.kind === 'ended' && this.#end().wasSignedIn) this.#onSignedOut(news.reason);
  }

  /** @param reason why there is nothing any more, if there is nothing */
  async #lookAtShelf(shelf: TokenShelf, reason: EndReason | null): Promise<void> {
    const epoch = this.#epoch;
    const found = await shelf.look();
    if (epoch !== this.#epoch) return;
    this.#isKnown = true;
    if (found === undefined) return;
    if (found !== null) this.#adopt(found);
    else if (this.#end().wasSignedIn) this.#onSignedOut(reason);
  }

  #adopt(tokens: KeptTokens): void {
    this.#epoch += 1;
    this.#tokens = tokens;
    this.#isKnown = true;
  }

  #end(): { wasSignedIn: boolean } {
    const wasSignedIn = this.#tokens !== null;
    this.#epoch += 1;
    this.#tokens = null;
    this.#isKnown = true;
    return { wasSignedIn };
  }

  #ageMs({ receivedAt }: KeptTokens): number {
    return this.#clock.now().getTime() - receivedAt;
  }

  /** By the time that has passed on this device, whatever its clock says; one that was set back makes a token old. */
  #secondsLeft(tokens: KeptTokens): number {
    const ageMs = this.#ageMs(tokens);
    return ageMs < 0 ? 0 : tokens.expiresIn - ageMs / 1000;
  }
}

const withBearer = (init: RequestInit, token: string | null): RequestInit => {
  if (token === null) return init;
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers };
};

/** It can be sent only once. */
const isStream = (body: unknown): boolean => typeof ReadableStream !== 'undefined' && body instanceof ReadableStream;
