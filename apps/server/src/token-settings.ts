import { TokenOptions, type TokenOptionsInput } from '@latchkey/auth';
import { z } from 'zod';
import { durationFor, flagFor, list } from './setting-types.ts';

const options = TokenOptions.shape;

const PROVIDERS = ['session', 'jwt'] as const;

const providers = list
  .pipe(z.array(z.enum(PROVIDERS, 'Use session, jwt or both: session,jwt.')).min(1, 'Use session, jwt or both.'))
  .default(['session']);

/** 32 bytes, written as `openssl rand -base64 32` does. */
const encryptionKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'Use 32 bytes in base64, for example from `openssl rand -base64 32`.')
  .transform((text) => Buffer.from(text, 'base64'))
  .optional()
  .describe(
    'Encrypts secrets that are stored: 32 bytes in base64, as `openssl rand -base64 32` makes them. Outside of production: made once and kept in `.data`. What was encrypted with a lost key is lost.',
  );

/** PEM on one line, with `\n` for its line breaks, as files of settings have it. */
const pem = z.string().transform((text) => text.replaceAll('\\n', '\n'));

/** What the environment says about the ways in which callers show who they are. */
export const tokenVariables = {
  AUTH_PROVIDERS: providers.describe(
    'How callers show who they are: `session` by cookie, `jwt` by access and refresh tokens ([tokens](tokens.md)), or both: `session,jwt`.',
  ),
  JWT_ALG: options.algorithm,
  JWT_ACCESS_EXPIRY: durationFor(options.accessExpirySeconds, '15m'),
  JWT_REFRESH_EXPIRY: durationFor(options.refreshExpirySeconds, '7d'),
  JWT_AUDIENCE: options.audience,
  JWT_PRIVATE_KEY: pem
    .pipe(options.privateKey.unwrap())
    .optional()
    .describe(`${options.privateKey.description} Line breaks may be written as \`\\n\`.`),
  JWT_PUBLIC_KEYS: pem
    .transform((text) => text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [text])
    .pipe(options.publicKeys.unwrap())
    .default([])
    .describe(`${options.publicKeys.description} One after the other.`),
  APP_TOKENS: flagFor(
    z.boolean().default(true).describe('Whether users may make keys for programs ([app tokens](app-tokens.md)).'),
  ),
  TOKEN_ENCRYPTION_KEY: encryptionKey,
};

type Variables = z.output<z.ZodObject<typeof tokenVariables>>;

export const toTokenOptions = (env: Variables): Omit<TokenOptionsInput, 'encryptionKey'> => ({
  algorithm: env.JWT_ALG,
  accessExpirySeconds: env.JWT_ACCESS_EXPIRY,
  refreshExpirySeconds: env.JWT_REFRESH_EXPIRY,
  audience: env.JWT_AUDIENCE,
  ...(env.JWT_PRIVATE_KEY !== undefined && { privateKey: env.JWT_PRIVATE_KEY }),
  publicKeys: env.JWT_PUBLIC_KEYS,
});
