import { z } from 'zod';
import { Email, Password } from './user.ts';

/** The longest bearer token that is looked at. */
export const MAX_BEARER_LENGTH = 8192;

const BOTH = { path: ['password'], error: 'Send e-mail and password, or neither to use the session that calls.' };

export const IssueTokensInput = z
  .strictObject({
    email: Email.optional(),
    password: Password.optional(),
    cookie: z.boolean().optional().meta({
      description: 'For browsers: the refresh token travels in an httpOnly cookie, out of reach of every script.',
    }),
  })
  .refine(({ email, password }) => (email === undefined) === (password === undefined), BOTH);
export type IssueTokensInput = z.infer<typeof IssueTokensInput>;

export const RefreshTokensInput = z.strictObject({
  refreshToken: z.string().max(MAX_BEARER_LENGTH).optional().meta({ description: 'Default: the one in the cookie.' }),
});
export type RefreshTokensInput = z.infer<typeof RefreshTokensInput>;

/** An access token and what gets the next one (RFC 6749 §5.1, in this API's spelling). */
export const TokenPair = z
  .object({
    accessToken: z.string().meta({ description: 'A JWT (RFC 9068), for `Authorization: Bearer`.' }),
    refreshToken: z.string().nullable().meta({ description: 'Null: it is in the cookie.' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.number().int().meta({ description: 'Seconds for which the access token holds.' }),
    refreshExpiresIn: z.number().int().meta({ description: 'Seconds for which the refresh token holds, unless used.' }),
  })
  .meta({ id: 'TokenPair' });
export type TokenPair = z.infer<typeof TokenPair>;

export const ValidateTokenInput = z.strictObject({ token: z.string().min(1).max(MAX_BEARER_LENGTH) });

/** What an access token says, with the names of its claims (RFC 9068 §2.2, RFC 7519 §4.1). */
export const AccessTokenClaims = z.object({
  iss: z.string(),
  sub: z.string().meta({ description: 'The user.' }),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number().int(),
  iat: z.number().int(),
  jti: z.string(),
  client_id: z.string(),
  sid: z.string().meta({ description: 'The session: the same id as in the list of sessions.' }),
  auth_time: z.number().int().meta({ description: 'When the password was last proved.' }),
  amr: z.array(z.string()).meta({ description: 'How (RFC 8176).' }),
  role: z.string(),
});
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;

/** Whether a token holds at this moment, asked of the service that issued it (compare RFC 7662). */
export const TokenValidity = z
  .object({ active: z.boolean(), claims: AccessTokenClaims.optional() })
  .meta({ id: 'TokenValidity' });
export type TokenValidity = z.infer<typeof TokenValidity>;

export const TokenDenialsInput = z.strictObject({ lastEventId: z.string().max(64).optional() });

/** Sessions whose access tokens hold no longer, although they have not expired. */
export const TokenDenials = z
  .object({
    items: z.array(
      z.object({
        sessionId: z.uuid(),
        expiresAt: z.iso.datetime().meta({ description: 'When the last access token of the session has expired.' }),
        issuedBefore: z.iso.datetime().nullable().meta({
          description:
            'Null: all of them. Otherwise the session goes on, and tokens whose `auth_time` is not earlier hold.',
        }),
      }),
    ),
    more: z
      .boolean()
      .optional()
      .meta({ description: 'In the list at the beginning only: whether it goes on in the next such event.' }),
  })
  .meta({ id: 'TokenDenials' });
export type TokenDenials = z.infer<typeof TokenDenials>;
