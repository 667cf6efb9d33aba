import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import type { SigningAlgorithm, SigningKey } from './signing-key.ts';

/** Where keys come from. */
export interface KeySource {
  load(): Promise<SigningKey[]>;
}

/** The key of the settings signs; it is changed by changing the settings, with the old one among the public keys. */
export const keysFromSettings = (privatePem: string, publicPems: string[]): KeySource => ({
  load: async () => {
    const privateKey = createPrivateKey(privatePem);
    const others = publicPems.map((pem) => toSigningKey(createPublicKey(pem), null, new Date(0)));
    return Promise.all([...others, toSigningKey(createPublicKey(privateKey), privateKey, new Date(1))]);
  },
});

const toSigningKey = async (
  publicKey: KeyObject,
  privateKey: KeyObject | null,
  signsFrom: Date,
): Promise<SigningKey> => {
  const algorithm = algorithmOf(publicKey);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    algorithm,
    publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' },
    publicKey,
    privateKey,
    signsFrom,
    retiredAt: null,
  };
};

const ALGORITHMS: Record<string, SigningAlgorithm> = { rsa: 'RS256', ec: 'ES256', ed25519: 'EdDSA' };

/** @throws Error for a key that none of the algorithms can use */
export const algorithmOf = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SigningAlgorithm => {
  const algorithm = ALGORITHMS[asymmetricKeyType ?? ''];
  const isShort = algorithm === 'RS256' && (asymmetricKeyDetails?.modulusLength ?? 0) < 2048;
  const isOtherCurve = algorithm === 'ES256' && asymmetricKeyDetails?.namedCurve !== 'prime256v1';
  if (algorithm === undefined || isShort || isOtherCurve) {
    throw new Error('Use an RSA key of 2048 bits or more, an EC key on P-256 or an Ed25519 key.');
  }
  return algorithm;
};
