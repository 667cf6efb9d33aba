import type { AccessTokenClaims } from '@latchkey/contract';
import { type JWSHeaderParameters, type JWTVerifyOptions, jwtVerify } from 'jose';
import { type Clock, systemClock } from '../clock.ts';
import { readClaims } from './claims.ts';
import { DenialFeed, type FeedState } from './denial-feed.ts';
import { explainRefusal } from './explain-refusal.ts';
import { KeySet } from './key-set.ts';
import { TokenRefusedError } from './token-refused-error.ts';

/** Signatures that a service can make and nobody who knows the public key. */
export type SigningAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

export interface DenialFeedSettings {
  /** Default: `/api/v1/auth/tokens/denials` at the issuer. */
  url?: string;
  /** An administrator's bearer token. None is needed from an address that is one of the service's `TRUSTED_SERVICES`. */
  token?: string | (() => string | Promise<string>);
  /** True: refuses every token while the feed is not connected. Default: they hold until they expire. */
  isRequired?: boolean;
  /** Told when the feed comes and goes, for the log. */
  onChange?(state: FeedState): void;
}

export interface VerifierOptions {
  /** The public address of the Latchkey that issues the tokens, for example `https://auth.example.com`. */
  issuer: string;
  /** Default: `latchkey`. */
  audience?: string;
  /** Default: all that a Latchkey can be set to. */
  algorithms?: SigningAlgorithm[];
  /** Where the keys are, if this process reaches the issuer elsewhere. Default: `/.well-known/jwks.json` at the issuer. */
  jwksUrl?: string;
  /** False: a revoked token holds until it expires. Default: the feed is followed. */
  denials?: DenialFeedSettings | false;
  clock?: Clock;
  /** Default: the platform's own. */
  fetch?: typeof fetch;
}

/** Tells who is behind an access token, without asking the service each time. */
export interface Verifier {
  /** @throws TokenRefusedError and nothing else */
  verify(token: string): Promise<AccessTokenClaims>;
  /**
   * Resolves when keys were asked for and, where the feed is followed, it is known which sessions have ended; rejects
   * when the service refuses the feed.
   */
  readonly ready: Promise<void>;
  /** Whether a token that is revoked is refused within a second; false also where the feed is not followed. */
  readonly isFeedConnected: boolean;
  /** Lets go of the feed. */
  close(): void;
}

/** As long as what the service itself looks at. */
const MAX_TOKEN_LENGTH = 8192;

/** Clocks differ, by a few seconds where they are looked after. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Ways for a token to bring its own key (RFC 7515 §4.1): a forger would like them, a Latchkey never uses them. */
const FOREIGN_KEYS = ['jwk', 'jku', 'x5u', 'x5c'] as const;

/**
 * Verifies the access tokens of a Latchkey in another service. The keys are loaded once per their cache lifetime,
 * sessions that have ended are heard of by a feed: with it connected, a revoked token is refused within a second.
 * @example
 * const verifier = createVerifier({ issuer: 'https://auth.example.com' });
 * await verifier.ready;
 * const { sub, sid, role } = await verifier.verify(token);
 */
export const createVerifier = ({
  issuer,
  audience = 'latchkey',
  algorithms = ['RS256', 'ES256', 'EdDSA'],
  jwksUrl = `${issuer}/.well-known/jwks.json`,
  denials = {},
  clock = systemClock,
  fetch = globalThis.fetch,
}: VerifierOptions): Verifier => {
  const keys = new KeySet({ url: jwksUrl, fetch, clock });
  const feed = denials === false ? null : followDenials(issuer, denials, { clock, fetch });
  const isFeedRequired = denials !== false && denials.isRequired === true;
  const expected: JWTVerifyOptions = { issuer, audience, algorithms, clockTolerance: CLOCK_TOLERANCE_SECONDS };
  const findKey = (header: JWSHeaderParameters) => {
    assertPlainHeader(header);
    return keys.find(header);
  };

  const verify = async (token: string): Promise<AccessTokenClaims> => {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw new TokenRefusedError('malformed');
    const currentDate = clock.now();
    const { payload } = await jwtVerify(token, findKey, { ...expected, currentDate });
    const claims = readClaims(payload, currentDate.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS);
    if (isFeedRequired && feed?.isConnected !== true) throw new TokenRefusedError('feed_disconnected');
    if (feed?.denies(claims)) throw new TokenRefusedError('denied');
    return claims;
  };

  const ready = Promise.all([keys.load(), feed?.firstList]).then(() => undefined);
  // Not everybody waits.
  ready.catch(() => {});
  return {
    verify: (token) =>
      verify(token).catch((error: unknown) => {
        throw explainRefusal(error);
      }),
    ready,
    get isFeedConnected() {
      return feed?.isConnected ?? false;
    },
    close: () => feed?.close(),
  };
};

const followDenials = (
  issuer: string,
  { url = `${issuer}/api/v1/auth/tokens/denials`, token, onChange }: DenialFeedSettings,
  surroundings: { clock: Clock; fetch: typeof fetch },
): DenialFeed => new DenialFeed({ ...surroundings, url, token: token ?? null, onChange: onChange ?? (() => {}) });

/** Before the signature is looked at: the algorithm is pinned already, here go type and extensions. */
const assertPlainHeader = (header: JWSHeaderParameters): void => {
  // RFC 9068 §4: the type keeps other tokens of the same issuer apart.
  if (header.typ?.toLowerCase().replace(/^application\//, '') !== 'at+jwt') throw new TokenRefusedError('type');
  if (header.crit !== undefined || FOREIGN_KEYS.some((name) => header[name] !== undefined))
    throw new TokenRefusedError('header');
  if (typeof header.kid !== 'string') throw new TokenRefusedError('unknown_key');
};
