import { z } from 'zod';
import { EndReason, ErrorPayload } from './errors.ts';
import { Scope } from './scopes.ts';
import { Session } from './session.ts';
import { MAX_BEARER_LENGTH } from './tokens.ts';
import { User } from './user.ts';

/** The most tokens that one question may carry. */
export const MAX_INTROSPECTED = 500;

/** The most that a question may carry which comes from anywhere; the others come from services that are trusted. */
export const MAX_INTROSPECTED_BY_STRANGERS = 10;

/** Tokens that a service received from its callers: out of session cookies, or behind `Authorization: Bearer`. */
export const IntrospectInput = z.strictObject({
  tokens: z
    .array(z.string().max(MAX_BEARER_LENGTH))
    .min(1, 'Name at least one token.')
    .max(MAX_INTROSPECTED, `Ask for ${MAX_INTROSPECTED} tokens at most.`),
});

/** What a token turns out to be. */
export const Introspection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('anonymous') }),
  z.object({ kind: z.literal('ended'), reason: EndReason }),
  z.object({ kind: z.literal('refused'), code: ErrorPayload.shape.code }),
  z.object({
    kind: z.literal('active'),
    user: User,
    session: Session,
    scopes: z.array(Scope).nullable().meta({ description: 'What an app token may be used for; null: everything.' }),
    authenticatedAt: z.iso.datetime().meta({ description: 'When the password was last proved.' }),
    isRecent: z.boolean().meta({ description: 'Whether the password was proved a short while ago.' }),
    checkedAt: z.iso.datetime(),
  }),
]);
export type Introspection = z.infer<typeof Introspection>;

/** In the order of the tokens. */
export const Introspections = z.object({ items: z.array(Introspection) });
export type Introspections = z.infer<typeof Introspections>;
