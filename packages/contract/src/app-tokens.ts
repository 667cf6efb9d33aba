import { z } from 'zod';
import { pageInput, pageOf } from './page.ts';
import { Scope } from './scopes.ts';
import { singleLine } from './text.ts';

/** The longest time that an app token may hold, in days: a year, and a leap day. */
export const MAX_APP_TOKEN_DAYS = 366;

/** The most app tokens that hold at the same time for one user. */
export const MAX_APP_TOKENS = 50;

/** `lk_`, 30 random characters and a checksum of six: what a scanner for secrets looks for. */
export const APP_TOKEN = /^lk_[0-9A-Za-z]{36}$/;

const TOO_LONG_OR_SHORT = `Use a whole number of days from 1 to ${MAX_APP_TOKEN_DAYS}.`;

/** What a program uses in place of a login. The token itself is shown once, to whoever creates it. */
export const AppToken = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().meta({ description: 'How the token begins, to tell it from others.' }),
    scopes: z.array(Scope),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'To the minute; null: not used yet.' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({
    id: 'AppToken',
    examples: [
      {
        id: '019a9f3e-7d52-7c11-8a4b-0f9e8d7c6b5a',
        name: 'Nightly backup',
        prefix: 'lk_4fZq',
        scopes: ['account:read', 'services'],
        createdAt: '2026-11-20T09:30:00.000Z',
        lastUsedAt: null,
        expiresAt: '2027-02-18T09:30:00.000Z',
      },
    ],
  });
export type AppToken = z.infer<typeof AppToken>;

export const AppTokenListInput = z.strictObject(pageInput);
export type AppTokenListInput = z.infer<typeof AppTokenListInput>;
export const AppTokenPage = pageOf(AppToken);
export type AppTokenPage = z.infer<typeof AppTokenPage>;

export const CreateAppTokenInput = z.strictObject({
  name: singleLine()
    .trim()
    .min(1, 'Enter a name.')
    .max(100, 'Use at most 100 characters.')
    .meta({ examples: ['Nightly backup'] }),
  scopes: z
    .array(Scope)
    .min(1, 'Choose at least one.')
    .max(Scope.options.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'Name each scope once.'),
  expiresInDays: z
    .number(TOO_LONG_OR_SHORT)
    .int(TOO_LONG_OR_SHORT)
    .min(1, TOO_LONG_OR_SHORT)
    .max(MAX_APP_TOKEN_DAYS, TOO_LONG_OR_SHORT)
    .default(90),
});
export type CreateAppTokenInput = z.infer<typeof CreateAppTokenInput>;

export const CreatedAppToken = AppToken.extend({
  token: z.string().meta({ description: 'Shown here and never again.' }),
}).meta({ id: 'CreatedAppToken' });
export type CreatedAppToken = z.infer<typeof CreatedAppToken>;

export const AppTokenIdInput = z.strictObject({ id: z.uuid('This is not the id of an app token.').toLowerCase() });

/** An app token as an export has it: also one that holds no longer. */
export const ExportedAppToken = AppToken.extend({ revokedAt: z.iso.datetime().nullable() });
export type ExportedAppToken = z.infer<typeof ExportedAppToken>;
