import { isIP } from 'node:net';
import { Email } from '@latchkey/contract';
import { z } from 'zod';

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'Use an http or https address, for example https://auth.example.com.',
});

/** An address that names a host and nothing on it. */
const origin = httpUrl
  .transform((url) => new URL(url))
  .refine(
    ({ pathname, search }) => pathname === '/' && search === '',
    'Leave out the path: cookies and origins know hosts only.',
  );

const isAddressRange = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 6 ? 128 : 32));
  return isIP(address) !== 0 && isRange && rest.length === 0;
};

/** `10.0.0.0/8` or `::1`. */
const addressRange = z.string().refine(isAddressRange, 'Use addresses or ranges, for example "10.0.0.0/8, ::1".');

const wholeNumber = (min: number, max: number) =>
  z
    .number('Use a whole number.')
    .int('Use a whole number.')
    .min(min, `Use ${min} or more.`)
    .max(max, `Use ${max} or less.`);

/** `no-reply@example.com` or `Latchkey <no-reply@example.com>`; on one line, as it becomes a header. */
const sender = z
  .string()
  .refine(
    (text) => Email.safeParse(/^[^<>\p{Cc}]*<([^<>]+)>$/u.exec(text)?.[1] ?? text).success,
    'Use an address, for example "Latchkey <no-reply@example.com>".',
  );

const notice = z.boolean().default(true);

/** A path of the public address; what begins with two slashes would be another host. */
const page = (path: string) =>
  z
    .string()
    .regex(/^\/(?![/\\])[^#\s\\]*$/, `Use a path, for example "${path}".`)
    .default(path);

/**
 * All that `createAuth` can be told: the one place where an option has its bounds, its default and its
 * description. The environment of the stand-alone server maps onto the same fields.
 */
export const AuthOptions = z.strictObject({
  databaseUrl: z
    .url({ protocol: /^postgres(ql)?$/, error: 'Use a postgresql:// address.' })
    .describe('PostgreSQL 13 or newer; the role needs no superuser rights.'),
  databaseDirectUrl: z
    .url({ protocol: /^postgres(ql)?$/, error: 'Use a postgresql:// address.' })
    .optional()
    .describe(
      'PostgreSQL itself, where the other address is that of a pooler of transactions (PgBouncer): for what needs a connection of its own, which are session checks, limits, announcements, readiness and migrations.',
    ),
  databasePoolSize: wholeNumber(2, 500)
    .default(10)
    .describe('Connections for all but what has connections of its own (see [operations](operations.md)).'),
  publicUrl: origin
    .prefault('http://localhost:4000')
    .describe('Where people reach the service. With https the cookie is `__Host-` and Secure.'),
  sessionCookies: z
    .boolean('Use true or false.')
    .default(true)
    .describe('`false`: sessions are reached by tokens alone; no cookie is set or looked at.'),
  session: z
    .strictObject({
      idleTimeoutMinutes: wholeNumber(1, 525_600).default(60).describe('Ends a session that is not used for so long.'),
      lifetimeHours: wholeNumber(1, 87_600).default(168).describe('Ends a session in any case.'),
      maxPerUser: wholeNumber(0, 1000).default(5).describe('The oldest one gives way to a new one; `0`: no limit.'),
      reauthWindowMinutes: wholeNumber(1, 1440).default(10).describe('How long a session counts as recent.'),
    })
    .prefault({}),
  password: z
    .strictObject({
      minLength: wholeNumber(8, 64).default(8).describe('In characters.'),
      bcryptCost: wholeNumber(4, 16).default(12).describe('Each step doubles the work of a hash.'),
      pepper: z
        .string()
        .min(16, 'Use 16 characters or more, for example from `openssl rand -base64 32`.')
        .optional()
        .describe('A secret mixed into every password hash, kept outside the database.'),
      workers: wholeNumber(1, 64).optional().describe('Threads that hash; as many as there are processors.'),
      maxQueue: wholeNumber(1, 10_000).default(100).describe('Hashes that may wait; beyond it logins get 503.'),
      breachedCheck: z
        .strictObject({
          url: httpUrl
            .default('https://api.pwnedpasswords.com/range/')
            .describe('Where five digits of a hash are put behind, as Have I Been Pwned has it.'),
        })
        .optional()
        .describe('Refuses new passwords that are known from a data breach. Unset: nobody is asked.'),
    })
    .prefault({}),
  mail: z
    .strictObject({
      url: z
        .url({ protocol: /^smtps?$/, error: 'Use an smtp:// or smtps:// address.' })
        .optional()
        .describe(
          'The mail server: `smtp://user:password@host:587`, or `smtps://…`. Unset: mails wait, and are given up after 24 hours.',
        ),
      from: sender.optional().describe('The sender of mails. Default: `no-reply` at the host of the public address.'),
      notices: z
        .strictObject({
          newDevice: notice,
          passwordChanged: notice,
          emailChanged: notice,
          accountLocked: notice,
          tokenReuse: notice,
          appToken: notice,
        })
        .prefault({})
        .describe('What people are told by mail about their account.'),
      links: z
        .strictObject({
          resetPassword: page('/reset-password'),
          verifyEmail: page('/verify-email'),
          forgotPassword: page('/forgot-password'),
          account: page('/account'),
        })
        .prefault({})
        .describe('The pages that mails lead to, at the public address.'),
    })
    .prefault({}),
  requireEmailVerification: z
    .boolean('Use true or false.')
    .default(false)
    .describe('`true`: no login before the address is verified; registering answers alike for known and unknown ones.'),
  adminEmail: Email.optional().describe(
    'The account with this address becomes an administrator when its address is verified by somebody who is logged in to it, or by a new password chosen by mail; its sessions end. One that was verified before, or changes to this address later, does not: `latchkey create-admin` is for these.',
  ),
  account: z
    .strictObject({
      purgeDeletedAfterDays: wholeNumber(0, 3650)
        .default(30)
        .describe(
          'How long a deleted account can be restored. Then it is removed with all that hangs on it; what stays are the events about it in the audit log, without address and data.',
        ),
    })
    .prefault({}),
  retention: z
    .strictObject({
      endedSessionsDays: wholeNumber(1, 3650)
        .default(30)
        .describe('How long a session that ended or expired is kept, so that its device is told why.'),
      eventsDays: wholeNumber(0, 36_500)
        .default(400)
        .describe(
          'How long events stay in the audit log; `0`: for ever. The first ones go a day at a time, and what is left can still be verified.',
        ),
    })
    .prefault({}),
  corsOrigins: z
    .array(origin.transform((url) => url.origin))
    .default([])
    .describe('Exact origins besides the own one, comma separated.'),
  trustedServices: z
    .array(addressRange)
    .default([])
    .describe('Addresses or ranges of services of your own, which are not limited by address, comma separated.'),
  rateLimitFactor: z
    .number('Use a number.')
    .min(0.01, 'Use 0.01 or more.')
    .max(1_000_000, 'Use 1000000 or less.')
    .default(1)
    .describe('Multiplies every limit (see [limits](limits.md)); for load tests.'),
});

/** What a caller of `createAuth` writes. */
export type AuthOptionsInput = z.input<typeof AuthOptions>;
/** What the product works with: every default filled in. */
export type Config = z.output<typeof AuthOptions> & { databaseDirectUrl: string };

/** @throws ZodError with all that is wrong */
export const parseOptions = (options: AuthOptionsInput): Config => {
  const config = AuthOptions.parse(options);
  return { ...config, databaseDirectUrl: config.databaseDirectUrl ?? config.databaseUrl };
};
