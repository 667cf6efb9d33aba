import { join } from 'node:path';
import { AuthOptions, type AuthOptionsInput, parseRedisAddress, type TokenOptionsInput } from '@latchkey/auth';
import { z } from 'zod';
import { readEnvFile } from './env-file.ts';
import { type ListeningSettings, listeningVariables, toListeningSettings } from './listening-settings.ts';
import {
  type MetricsSettings,
  observabilityVariables,
  type TracingSettings,
  toMetricsSettings,
  toTracingSettings,
} from './observability-settings.ts';
import { flag, flagFor, list, numberFor } from './setting-types.ts';
import { SettingsError } from './settings-error.ts';
import { tokenVariables, toTokenOptions } from './token-settings.ts';

const PROJECT = join(import.meta.dirname, '../../..');

const { databaseUrl, databaseDirectUrl, databasePoolSize } = AuthOptions.shape;
const { publicUrl, corsOrigins, rateLimitFactor, session, password, mail } = AuthOptions.shape;
const { account, trustedServices, requireEmailVerification, adminEmail } = AuthOptions.shape;
const { endedSessionsDays, eventsDays } = AuthOptions.shape.retention.unwrap().shape;
const { idleTimeoutMinutes, lifetimeHours, maxPerUser, reauthWindowMinutes } = session.unwrap().shape;
const { purgeDeletedAfterDays } = account.unwrap().shape;
const { bcryptCost, minLength, pepper, breachedCheck } = password.unwrap().shape;
const { url: mailUrl, from: mailFrom } = mail.unwrap().shape;

/** Says what is wrong with it, and never what it is: it may hold a password. */
const redisAddress = z.string().superRefine((text, context) => {
  try {
    parseRedisAddress(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

const NOTICES = [
  'new-device',
  'password-changed',
  'email-changed',
  'account-locked',
  'token-reuse',
  'app-token',
] as const;

const notices = z
  .string()
  .transform((text) => (text === 'none' ? '' : text))
  .pipe(list)
  .pipe(z.array(z.enum(NOTICES, `Use some of ${NOTICES.join(', ')}, or "none".`)))
  .default([...NOTICES]);

const breachCheck = z
  .string()
  .transform(
    (text): z.input<typeof breachedCheck> => (text === 'true' ? {} : text === 'false' ? undefined : { url: text }),
  )
  .pipe(breachedCheck)
  .optional()
  .describe(
    'Refuses new passwords that are known from a data breach. `true` asks Have I Been Pwned, an address a mirror of its range API; five digits of a hash go out.',
  );

/** The settings of the stand-alone server; what belongs to the library is described there. */
export const Environment = z.object({
  PUBLIC_URL: z
    .string()
    .refine(
      (text) => publicUrl.safeParse(text).success,
      'Use an http or https address without a path, for example https://auth.example.com.',
    )
    .transform((text) => new URL(text).origin)
    .optional()
    .describe(`${publicUrl.description} Default: \`http://localhost:\` and the port.`),
  ...listeningVariables,
  DATABASE_URL: databaseUrl.optional().describe('PostgreSQL 13 or newer. Unset: an embedded one in `.data/postgres`.'),
  DATABASE_DIRECT_URL: databaseDirectUrl.describe(
    'PostgreSQL itself, where `DATABASE_URL` leads to a pooler of transactions (see [operations](operations.md)). Unset: the same.',
  ),
  DATABASE_POOL_SIZE: numberFor(databasePoolSize),
  REDIS_URL: redisAddress
    .optional()
    .describe(
      'Redis 6 or newer publishes events and counts limits: `redis://user:password@host:6379/0`, `rediss://…` with TLS, `redis+cluster://host1,host2` or `redis+sentinel://host1,host2/primary-name`. Unset or away: PostgreSQL does without.',
    ),
  SESSION_TIMEOUT_MINUTES: numberFor(idleTimeoutMinutes),
  SESSION_LIFETIME_HOURS: numberFor(lifetimeHours),
  MAX_SESSIONS_PER_USER: numberFor(maxPerUser),
  REAUTH_WINDOW_MINUTES: numberFor(reauthWindowMinutes),
  ...tokenVariables,
  BCRYPT_COST: numberFor(bcryptCost),
  PASSWORD_MIN_LENGTH: numberFor(minLength),
  PASSWORD_PEPPER: pepper,
  PASSWORD_BREACH_CHECK: breachCheck,
  REQUIRE_EMAIL_VERIFICATION: flagFor(requireEmailVerification),
  MAIL_URL: mailUrl.describe(
    `${mailUrl.description} Outside of production they are not mailed then, but written to the log and to the page \`/dev/mails\`.`,
  ),
  MAIL_FROM: mailFrom,
  MAIL_NOTICES: notices.describe('What people are told by mail about their account; `none`: nothing.'),
  ADMIN_EMAIL: adminEmail,
  PURGE_DELETED_AFTER_DAYS: numberFor(purgeDeletedAfterDays),
  WEBHOOKS: flag.describe('`true`: administrators may have events sent to other services ([webhooks](webhooks.md)).'),
  WEBHOOK_ALLOW_PRIVATE_TARGETS: flag.describe(
    '`true`: webhooks may lead to private addresses and by http. For development: otherwise administrators can make the service knock at every door of its network.',
  ),
  SESSION_RETENTION_DAYS: numberFor(endedSessionsDays),
  EVENT_RETENTION_DAYS: numberFor(eventsDays),
  CORS_ORIGINS: list
    .pipe(corsOrigins.unwrap())
    .default([])
    .describe(corsOrigins.description ?? ''),
  TRUSTED_SERVICES: list
    .pipe(trustedServices.unwrap())
    .default([])
    .describe(trustedServices.description ?? ''),
  RATE_LIMIT_FACTOR: numberFor(rateLimitFactor),
  ...observabilityVariables,
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'Use debug, info, warn, error or silent.')
    .default('info')
    .describe('What is written to the log: `debug`, `info`, `warn`, `error` or `silent`.'),
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'Use development, test or production.')
    .default('development')
    .describe('`production`: JSON logs, and what is unsafe stops the start.'),
});

/** What the server works with. */
export interface Settings {
  listening: ListeningSettings;
  publicUrl: string;
  /** Null: bring PostgreSQL along. */
  databaseUrl: string | null;
  /** Null: there is none. */
  redisUrl: string | null;
  /** Null: one is made and kept in the data folder. */
  encryptionKey: Buffer | null;
  /** Whether access and refresh tokens are issued. */
  hasTokens: boolean;
  tokens: Omit<TokenOptionsInput, 'encryptionKey'>;
  /** Null: there are none. */
  webhooks: { allowPrivateTargets: boolean } | null;
  /** Whether users may make keys for programs. */
  hasAppTokens: boolean;
  dataFolder: string;
  webFolder: string;
  metrics: MetricsSettings;
  /** Null: nobody follows. */
  tracing: TracingSettings | null;
  logLevel: string;
  isProduction: boolean;
  /** Mails go to the log and to a page instead of a mail server. */
  showsMails: boolean;
  auth: Omit<AuthOptionsInput, 'databaseUrl'>;
  /** What is allowed and yet worth a word. */
  warnings: string[];
}

/** Reads the environment, and `.env` for what is not set there. @throws SettingsError with everything that is wrong */
export const readSettings = (): Settings => {
  // Into the environment, as libraries read some of it, too: those of OpenTelemetry.
  for (const [name, value] of Object.entries(readEnvFile(join(PROJECT, '.env')))) process.env[name] ??= value;
  return parseSettings(process.env);
};

/** @throws SettingsError with everything that is wrong */
export const parseSettings = (environment: NodeJS.ProcessEnv): Settings => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { success, data: env, error } = Environment.safeParse(given);
  if (!success) throw new SettingsError(error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`));

  const isProduction = env.NODE_ENV === 'production';
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${env.PORT}`;
  const problems = [...contradictions(env), ...(isProduction ? unsafeInProduction(env) : [])];
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    listening: toListeningSettings(env),
    publicUrl,
    databaseUrl: env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    encryptionKey: env.TOKEN_ENCRYPTION_KEY ?? null,
    hasTokens: env.AUTH_PROVIDERS.includes('jwt'),
    tokens: toTokenOptions(env),
    webhooks: env.WEBHOOKS ? { allowPrivateTargets: env.WEBHOOK_ALLOW_PRIVATE_TARGETS } : null,
    hasAppTokens: env.APP_TOKENS,
    dataFolder: join(PROJECT, '.data'),
    webFolder: join(PROJECT, 'apps/web/dist'),
    metrics: toMetricsSettings(env),
    tracing: toTracingSettings(env),
    logLevel: env.LOG_LEVEL,
    isProduction,
    showsMails: !isProduction && env.MAIL_URL === undefined,
    auth: toAuthOptions(env, publicUrl),
    warnings: isProduction ? questionableInProduction(env, publicUrl) : [],
  };
};

type Env = z.output<typeof Environment>;

const toAuthOptions = (env: Env, publicUrl: string): Settings['auth'] => ({
  publicUrl,
  sessionCookies: env.AUTH_PROVIDERS.includes('session'),
  session: {
    idleTimeoutMinutes: env.SESSION_TIMEOUT_MINUTES,
    lifetimeHours: env.SESSION_LIFETIME_HOURS,
    maxPerUser: env.MAX_SESSIONS_PER_USER,
    reauthWindowMinutes: env.REAUTH_WINDOW_MINUTES,
  },
  password: {
    bcryptCost: env.BCRYPT_COST,
    minLength: env.PASSWORD_MIN_LENGTH,
    ...(env.PASSWORD_PEPPER !== undefined && { pepper: env.PASSWORD_PEPPER }),
    ...(env.PASSWORD_BREACH_CHECK !== undefined && { breachedCheck: env.PASSWORD_BREACH_CHECK }),
  },
  mail: {
    ...(env.MAIL_URL !== undefined && { url: env.MAIL_URL }),
    ...(env.MAIL_FROM !== undefined && { from: env.MAIL_FROM }),
    notices: {
      newDevice: env.MAIL_NOTICES.includes('new-device'),
      passwordChanged: env.MAIL_NOTICES.includes('password-changed'),
      emailChanged: env.MAIL_NOTICES.includes('email-changed'),
      accountLocked: env.MAIL_NOTICES.includes('account-locked'),
      tokenReuse: env.MAIL_NOTICES.includes('token-reuse'),
      appToken: env.MAIL_NOTICES.includes('app-token'),
    },
  },
  requireEmailVerification: env.REQUIRE_EMAIL_VERIFICATION,
  ...(env.ADMIN_EMAIL !== undefined && { adminEmail: env.ADMIN_EMAIL }),
  account: { purgeDeletedAfterDays: env.PURGE_DELETED_AFTER_DAYS },
  retention: { endedSessionsDays: env.SESSION_RETENTION_DAYS, eventsDays: env.EVENT_RETENTION_DAYS },
  databasePoolSize: env.DATABASE_POOL_SIZE,
  ...(env.DATABASE_DIRECT_URL !== undefined && { databaseDirectUrl: env.DATABASE_DIRECT_URL }),
  corsOrigins: env.CORS_ORIGINS,
  trustedServices: env.TRUSTED_SERVICES,
  rateLimitFactor: env.RATE_LIMIT_FACTOR,
});

const contradictions = (env: Env): string[] =>
  env.DATABASE_DIRECT_URL !== undefined && env.DATABASE_URL === undefined
    ? ['DATABASE_DIRECT_URL: Set DATABASE_URL, too; this one is only for what cannot go through a pooler.']
    : [];

const unsafeInProduction = (env: Env): string[] => [
  ...(env.DATABASE_URL === undefined
    ? ['DATABASE_URL: Set it in production; the embedded PostgreSQL is for trying things out.']
    : []),
  ...(env.REQUIRE_EMAIL_VERIFICATION && env.MAIL_URL === undefined
    ? ['REQUIRE_EMAIL_VERIFICATION: Set MAIL_URL, too; without mails nobody could log in.']
    : []),
  ...(env.AUTH_PROVIDERS.includes('jwt') && env.TOKEN_ENCRYPTION_KEY === undefined
    ? ['TOKEN_ENCRYPTION_KEY: Set it in production, with AUTH_PROVIDERS=jwt; the keys that sign are stored under it.']
    : []),
  ...(env.WEBHOOKS && env.TOKEN_ENCRYPTION_KEY === undefined
    ? ['TOKEN_ENCRYPTION_KEY: Set it in production, with WEBHOOKS; their secrets are stored under it.']
    : []),
  ...(env.BCRYPT_COST < 10 ? ['BCRYPT_COST: Use 10 or more in production.'] : []),
];

const questionableInProduction = (env: Env, publicUrl: string): string[] => [
  ...(publicUrl.startsWith('http:')
    ? [`PUBLIC_URL is ${publicUrl}: without https the session cookie is neither Secure nor bound to this host.`]
    : []),
  ...(env.MAIL_URL === undefined
    ? ['MAIL_URL is unset: no mail is sent, so nobody can reset a password. Mails hold secrets and are not logged.']
    : []),
  ...(env.WEBHOOKS && env.WEBHOOK_ALLOW_PRIVATE_TARGETS
    ? ['WEBHOOK_ALLOW_PRIVATE_TARGETS is true: administrators can reach what is inside of the network.']
    : []),
  ...(env.RATE_LIMIT_FACTOR === 1
    ? []
    : [`RATE_LIMIT_FACTOR is ${env.RATE_LIMIT_FACTOR}: every limit is multiplied by it.`]),
];
