import { z } from 'zod';

const origin = z.url({
  protocol: /^https?$/,
  error: 'Use an http or https address, for example https://auth.example.com.',
});

/**
 * All that `createAuth` can be told, with defaults. The environment of the stand-alone server maps
 * onto the same fields.
 */
export const AuthOptions = z.strictObject({
  databaseUrl: z
    .url({ protocol: /^postgres(ql)?$/, error: 'Use a postgresql:// address.' })
    .describe('PostgreSQL 13 or newer; the role needs no superuser rights.'),
  databasePoolSize: z
    .number()
    .int()
    .min(2)
    .max(500)
    .default(10)
    .describe('Connections for everything but session checks.'),
  publicUrl: origin
    .default('http://localhost:4000')
    .transform((url) => new URL(url))
    .refine(
      ({ pathname, search }) => pathname === '/' && search === '',
      'Leave out the path: cookies and origins know hosts only.',
    )
    .describe('Where people reach the service; decides about the cookie and the allowed origin.'),
  session: z
    .strictObject({
      idleTimeoutMinutes: z.number().int().min(1).max(525_600).default(60).describe('Ends a session that is not used.'),
      lifetimeHours: z.number().int().min(1).max(87_600).default(168).describe('Ends a session in any case.'),
      maxPerUser: z.number().int().min(0).max(1000).default(5).describe('The oldest one gives way; 0: no limit.'),
      reauthWindowMinutes: z
        .number()
        .int()
        .min(1)
        .max(1440)
        .default(10)
        .describe('How long a session counts as recent.'),
    })
    .prefault({}),
  password: z
    .strictObject({
      minLength: z.number().int().min(8).max(64).default(8).describe('In characters; 8 at least (NIST SP 800-63B).'),
      bcryptCost: z.number().int().min(4).max(16).default(12).describe('Each step doubles the work of a hash.'),
      pepper: z.string().min(16).optional().describe('A secret mixed into every hash; keep it outside the database.'),
      workers: z
        .number()
        .int()
        .min(1)
        .max(64)
        .optional()
        .describe('Threads that hash; as many as there are processors.'),
      maxQueue: z
        .number()
        .int()
        .min(1)
        .max(10_000)
        .default(100)
        .describe('Hashes that may wait; beyond it logins get 503.'),
    })
    .prefault({}),
  corsOrigins: z
    .array(origin.transform((url) => new URL(url).origin))
    .default([])
    .describe('Exact origins besides the own one.'),
  rateLimitFactor: z.number().min(0.01).max(1_000_000).default(1).describe('Multiplies every limit; for load tests.'),
});

/** What a caller of `createAuth` writes. */
export type AuthOptionsInput = z.input<typeof AuthOptions>;
/** What the product works with: every default filled in. */
export type Config = z.output<typeof AuthOptions>;
