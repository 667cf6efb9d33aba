import type { EntitySchema, MigrationObject } from '@mikro-orm/core';
import type { TRPCRouterRecord } from '@trpc/server';
import type { Config } from '../config.ts';
import type { AccountData, ReadAccountData } from './account-data.ts';
import type { BearerScheme, BearerSchemes } from './bearer-schemes.ts';
import type { Database } from './database.ts';
import type { EventListener, EventType } from './event-log.ts';
import type { Limits } from './limits/limits.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { EventSink } from './outbox/event-sink.ts';
import type { Clock, Logger, Mailer, PasswordHasher } from './ports.ts';
import type { RedisPort } from './redis-port.ts';
import type { RuleBook, Rules } from './rule-book.ts';
import type { Secrets } from './secrets.ts';
import type { Tracer } from './tracer.ts';

/** What every module may use. */
export interface Kernel {
  config: Config;
  clock: Clock;
  logger: Logger;
  secrets: Secrets;
  database: Database;
  hasher: PasswordHasher;
  /** Null: mails wait for one, for a day at most. */
  mailer: Mailer | null;
  limits: Limits;
  /** Null: PostgreSQL does without. */
  redis: RedisPort | null;
  metrics: Metrics;
  tracer: Tracer;
  rules: RuleBook;
  bearers: BearerSchemes;
  accountData: AccountData;
  /** The names of all modules, in order. */
  moduleNames: string[];
}

/** What anybody may read at a path of its own, outside the API. */
export interface PublicDocument {
  path: string;
  /** For how long whoever reads it may keep it. */
  maxAgeSeconds: number;
  read(): Promise<object>;
}

/** What a module does once it runs: it may offer procedures, set rules, react to events and work beside the requests. */
export interface RunningModule {
  /** By namespace; merged into the one router. */
  procedures?: TRPCRouterRecord;
  rules?: Rules;
  on?: { [Type in EventType]?: EventListener };
  bearer?: BearerScheme;
  accountData?: ReadAccountData;
  documents?: PublicDocument[];
  /** Brings what the first call needs; the service starts when it is there, or not at all. */
  warmUp?(): Promise<void>;
  /** Where events go after their commit, however long that takes; `on` hears of them at once and may miss some. */
  sinks?: EventSink[];
  /** Begins what goes on beside the requests; not called in a process that only looks. */
  start?(): void;
  /** Does now what it else does from time to time, such as removing what has had its time. */
  maintain?(): Promise<unknown>;
  /** Lets the readers of open streams go, who come back by themselves. */
  closeStreams?(): void;
  /** Lets go of what it holds; the last module is closed first. */
  close?(): Promise<void>;
}

/** A feature in one object: its tables and what it does. `Needs` are services of always-on modules. */
export interface AuthModule<Needs, Running extends RunningModule = RunningModule> {
  name: string;
  entities?: EntitySchema[];
  /** Forward only, run in order under an advisory lock. */
  migrations?: MigrationObject[];
  run(kernel: Kernel, needs: Needs): Running;
}

/** Checks the shape of a module and keeps its exact type. */
export const defineModule = <Needs, Running extends RunningModule>(
  module: AuthModule<Needs, Running>,
): AuthModule<Needs, Running> => module;
