import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { SigningAlgorithm } from './signing-key.ts';

const lifetime = (min: number, max: number) =>
  z
    .number('Use a whole number of seconds.')
    .int('Use a whole number of seconds.')
    .min(min, `Use ${min} seconds or more.`)
    .max(max, `Use ${max} seconds or less.`);

const isKey = (read: (pem: string) => unknown) => (pem: string) => {
  try {
    read(pem);
    return true;
  } catch {
    return false;
  }
};

const privateKey = z.string().refine(isKey(createPrivateKey), 'Use a private key as PEM (PKCS #8).');
const publicKey = z.string().refine(isKey(createPublicKey), 'Use public keys as PEM.');

/** All that the module can be told. */
export const TokenOptions = z.strictObject({
  encryptionKey: z
    .instanceof(Buffer)
    .refine(({ length }) => length === 32, 'Use 32 bytes.')
    .describe('Encrypts signing keys in the database; refresh tokens are made with it, too.'),
  algorithm: SigningAlgorithm.default('RS256').describe(
    'What access tokens are signed with: `RS256`, `ES256` or `EdDSA`.',
  ),
  accessExpirySeconds: lifetime(60, 86_400).default(900).describe('How long an access token holds.'),
  refreshExpirySeconds: lifetime(300, 31_536_000)
    .default(604_800)
    .describe('How long a refresh token holds that is not used; never beyond the end of its session.'),
  audience: z.string().min(1).max(200).default('latchkey').describe('For whom access tokens are: their `aud`.'),
  privateKey: privateKey
    .optional()
    .describe('A private key as PEM that signs in place of those in the database; its kind decides on the algorithm.'),
  publicKeys: z.array(publicKey).default([]).describe('Further public keys as PEM that are published and accepted.'),
});
export type TokenOptionsInput = z.input<typeof TokenOptions>;
export type TokenOptions = z.output<typeof TokenOptions>;
