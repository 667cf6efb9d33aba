import {
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair as generate,
  importJWK,
  importPKCS8,
} from 'jose';
import type { Encryption } from '../../kernel/encryption.ts';
import type { SigningKeyRecord } from './signing-key.entity.ts';
import type { SigningAlgorithm, SigningKey } from './signing-key.ts';

/** NIST SP 800-57 part 1 §5.6.2: 112 bits of strength. */
const MODULUS_LENGTH = 2048;

/** What a private key belongs to, so that none can be put in the place of another. */
const contextOf = (kid: string): string => `signing key ${kid}`;

/** A new key pair as it is stored. */
export const generateKeyPair = async (
  algorithm: SigningAlgorithm,
  encryption: Encryption,
): Promise<Pick<SigningKeyRecord, 'kid' | 'algorithm' | 'publicJwk' | 'privateKey'>> => {
  const { publicKey, privateKey } = await generate(algorithm, { extractable: true, modulusLength: MODULUS_LENGTH });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const pem = Buffer.from(await exportPKCS8(privateKey));
  return {
    kid,
    algorithm,
    publicJwk: { ...(jwk as Record<string, string>), kid, alg: algorithm, use: 'sig' },
    privateKey: encryption.encrypt(pem, contextOf(kid)),
  };
};

/** @throws Error when it was encrypted under another key than that of the settings */
export const openKey = async (record: SigningKeyRecord, encryption: Encryption): Promise<SigningKey> => {
  const { kid, algorithm, publicJwk, signsFrom, retiredAt } = record;
  const publicKey = await importJWK(publicJwk, algorithm);
  if (publicKey instanceof Uint8Array) throw new Error(`The signing key ${kid} is no key pair`);
  return {
    kid,
    algorithm,
    publicJwk,
    publicKey,
    privateKey: await importPKCS8(decrypted(record, encryption), algorithm),
    signsFrom,
    retiredAt: retiredAt ?? null,
  };
};

const decrypted = ({ kid, privateKey }: SigningKeyRecord, encryption: Encryption): string => {
  try {
    return encryption.decrypt(Buffer.from(privateKey), contextOf(kid)).toString();
  } catch (cause) {
    throw new Error(`The signing key ${kid} was encrypted under another key: put the old encryption key back`, {
      cause,
    });
  }
};
