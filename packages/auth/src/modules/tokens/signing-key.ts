import type { KeyObject } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { z } from 'zod';

export const SigningAlgorithm = z.enum(['RS256', 'ES256', 'EdDSA'], 'Use RS256, ES256 or EdDSA.');
export type SigningAlgorithm = z.infer<typeof SigningAlgorithm>;

/** A key, when it began or will begin to sign, and when somebody took it out of use at once. */
export interface SigningKey {
  /** The thumbprint of the public key (RFC 7638). */
  kid: string;
  algorithm: SigningAlgorithm;
  publicJwk: JWK;
  publicKey: CryptoKey | KeyObject;
  /** Null: it only verifies. */
  privateKey: CryptoKey | KeyObject | null;
  signsFrom: Date;
  retiredAt: Date | null;
}

/** What a key does at an instant. */
export type KeyState = 'announced' | 'signing' | 'verifying' | 'expired' | 'retired';

/** How long others may keep the published keys. */
export const JWKS_MAX_AGE_SECONDS = 300;

/** How often an instance looks for new keys. */
export const KEY_RELOAD_SECONDS = 30;

/** A new key is published so long before it signs: whoever looks at our keys has seen it by then. */
export const ANNOUNCE_SECONDS = JWKS_MAX_AGE_SECONDS + 2 * KEY_RELOAD_SECONDS;

/** How far clocks may differ. */
export const CLOCK_TOLERANCE_SECONDS = 5;

type KeyTimes = Pick<SigningKey, 'kid' | 'signsFrom' | 'retiredAt'> & { canSign: boolean };

/**
 * What each key does: the one that began last signs, the ones before it verify until their last token has expired,
 * and the one after it is announced. One that cannot sign verifies as long as it is there.
 */
export const statesOf = (
  keys: readonly KeyTimes[],
  { now, accessExpirySeconds }: { now: Date; accessExpirySeconds: number },
): Map<string, KeyState> => {
  const inUse = keys
    .filter(({ retiredAt, canSign }) => retiredAt === null && canSign)
    .sort((a, b) => +a.signsFrom - +b.signsFrom);
  const keepMs = (accessExpirySeconds + KEY_RELOAD_SECONDS + CLOCK_TOLERANCE_SECONDS) * 1000;
  const states = new Map<string, KeyState>(
    keys.map(({ kid, retiredAt }) => [kid, retiredAt === null ? 'verifying' : 'retired']),
  );
  for (const [index, { kid, signsFrom }] of inUse.entries()) {
    const supersededAt = inUse[index + 1]?.signsFrom;
    if (signsFrom > now) states.set(kid, 'announced');
    else if (supersededAt === undefined || supersededAt > now) states.set(kid, 'signing');
    else states.set(kid, +now - +supersededAt < keepMs ? 'verifying' : 'expired');
  }
  return states;
};
