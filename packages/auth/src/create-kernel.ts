import type { EntitySchema } from '@mikro-orm/core';
import type { Config } from './config.ts';
import type { AuthPorts } from './create-auth.ts';
import { AccountData } from './kernel/account-data.ts';
import { BearerSchemes } from './kernel/bearer-schemes.ts';
import { Database } from './kernel/database.ts';
import { EventLog } from './kernel/event-log.ts';
import { Limits } from './kernel/limits/limits.ts';
import { PostgresLimitStore } from './kernel/limits/postgres-limit-store.ts';
import { MeasuredHasher } from './kernel/measured-hasher.ts';
import { Metrics } from './kernel/metrics/metrics.ts';
import type { Kernel } from './kernel/module.ts';
import { type Mailer, silentLogger, systemClock } from './kernel/ports.ts';
import { RuleBook } from './kernel/rule-book.ts';
import { Secrets } from './kernel/secrets.ts';
import { silentTracer } from './kernel/tracer.ts';
import { BcryptHasher } from './modules/authentication/bcrypt-hasher.ts';
import { SmtpMailer } from './modules/mail/smtp-mailer.ts';

/** What all modules stand on, out of the options, the ports and their defaults. Nothing of it works before it is asked. */
export const createKernel = (config: Config, entities: EntitySchema[], ports: AuthPorts, moduleNames: string[]) => {
  const { clock = systemClock, logger = silentLogger, tracer = silentTracer } = ports;
  const { databaseUrl, databaseDirectUrl, databasePoolSize, rateLimitFactor } = config;
  const { bcryptCost, pepper, workers, maxQueue } = config.password;
  const secrets = new Secrets(clock);
  const metrics = new Metrics(logger);
  const events = new EventLog(clock, secrets, logger);
  const hasher = ports.hasher ?? new BcryptHasher({ cost: bcryptCost, pepper: pepper ?? null, workers, maxQueue });
  const postgresStore = () => new PostgresLimitStore({ databaseUrl: databaseDirectUrl, logger, metrics });
  const kernel: Kernel = {
    config,
    clock,
    logger,
    secrets,
    database: new Database({ url: databaseUrl, poolSize: databasePoolSize, entities, events, metrics, tracer }),
    hasher: new MeasuredHasher(hasher, metrics, tracer),
    mailer: ports.mailer ?? smtpMailer(config),
    limits: new Limits({
      store: ports.limitStore ?? ports.redis?.createLimitStore(postgresStore()) ?? postgresStore(),
      factor: rateLimitFactor,
      trustedServices: config.trustedServices,
      logger,
      metrics,
    }),
    metrics,
    tracer,
    redis: ports.redis ?? null,
    rules: new RuleBook(),
    bearers: new BearerSchemes(),
    accountData: new AccountData(),
    moduleNames,
  };
  return { kernel, events };
};

const smtpMailer = ({ mail: { url, from }, publicUrl }: Config): Mailer | null =>
  url === undefined ? null : new SmtpMailer({ url, from: from ?? `Latchkey <no-reply@${publicUrl.hostname}>` });
