import { AccessTokenClaims, MAX_BEARER_LENGTH } from '@latchkey/contract';
import { decodeProtectedHeader, type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { KeyRing } from './key-ring.ts';
import { CLOCK_TOLERANCE_SECONDS } from './signing-key.ts';
import type { TokenHolder } from './token.service.ts';
import type { TokenOptions } from './token-options.ts';

/** So that no other kind of JWT passes for one of these (RFC 9068 §2.1, RFC 8725 §3.11). */
const TYPE = 'at+jwt';

/** Nothing else is needed, and everything else has been a way to smuggle in a key (RFC 8725 §3.10). */
const HEADER_MEMBERS = new Set(['alg', 'typ', 'kid']);

const IS_JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const MAX_KID_LENGTH = 128;

export interface IssuedAccessToken {
  token: string;
  expiresInSeconds: number;
}

/** Access tokens (RFC 9068): issued and verified with the keys at hand, without a look into the database. */
export class AccessTokens {
  readonly #kernel: Kernel;
  readonly #keys: KeyRing;
  readonly #options: TokenOptions;

  constructor(kernel: Kernel, keys: KeyRing, options: TokenOptions) {
    this.#kernel = kernel;
    this.#keys = keys;
    this.#options = options;
  }

  /** Never for longer than the session lasts. @throws Error when there is no key to sign with */
  async issue({ user, session, authenticatedAt }: TokenHolder): Promise<IssuedAccessToken> {
    const { config, clock, secrets } = this.#kernel;
    const { audience, accessExpirySeconds } = this.#options;
    const { kid, algorithm, privateKey } = await this.#keys.signer();
    const now = Math.floor(clock.now().getTime() / 1000);
    const expiresAt = Math.min(now + accessExpirySeconds, Math.floor(session.expiresAt.getTime() / 1000));
    const claims: AccessTokenClaims = {
      iss: config.publicUrl.origin,
      sub: user.id,
      aud: audience,
      exp: expiresAt,
      iat: now,
      jti: secrets.createId(),
      client_id: audience,
      sid: session.id,
      auth_time: Math.floor(authenticatedAt.getTime() / 1000),
      amr: ['pwd'],
      role: user.role,
    };
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: algorithm, typ: TYPE, kid })
      .sign(privateKey);
    return { token, expiresInSeconds: expiresAt - now };
  }

  /** Whether a bearer token looks like one of these, whoever made it. */
  isOne(token: string): boolean {
    return token.length <= MAX_BEARER_LENGTH && IS_JWT.test(token);
  }

  /**
   * Checks signature, times, issuer, audience and type. What becomes of its session meanwhile is not known here.
   * @returns null for a token that is not ours, not for here, or not of now
   */
  async verify(token: string): Promise<AccessTokenClaims | null> {
    const { config, clock, logger } = this.#kernel;
    const { audience } = this.#options;
    try {
      const key = await this.#keyOf(decodeProtectedHeader(token) as JWTHeaderParameters);
      if (key === null) return null;
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [key.algorithm],
        typ: TYPE,
        issuer: config.publicUrl.origin,
        audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'iat', 'jti', 'sub', 'sid'],
        currentDate: clock.now(),
      });
      const claims = TrustedClaims.parse(payload);
      return claims.aud === audience ? claims : null;
    } catch (error) {
      // The keys could not be read: that says nothing about the token.
      if (error instanceof AuthError) throw error;
      logger.debug({ reason: error instanceof Error ? error.name : 'unknown' }, 'A bearer token was refused');
      return null;
    }
  }

  async #keyOf(header: JWTHeaderParameters) {
    const isPlain = Object.keys(header).every((member) => HEADER_MEMBERS.has(member));
    if (!isPlain || typeof header.kid !== 'string' || header.kid.length > MAX_KID_LENGTH) return null;
    const key = await this.#keys.findVerifier(header.kid);
    return key !== null && key.algorithm === header.alg ? key : null;
  }
}

/** The longest that an access token may be made to hold: what claims more was not made here. */
const MAX_LIFETIME_SECONDS = 86_400;

const TrustedClaims = AccessTokenClaims.extend({ sid: z.uuid(), sub: z.uuid() }).refine(
  ({ exp, iat }) => exp - iat <= MAX_LIFETIME_SECONDS,
);
