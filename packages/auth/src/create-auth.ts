import type { RequestListener } from 'node:http';
import type { EntitySchema, MigrationObject } from '@mikro-orm/core';
import type { AnyTRPCRouter } from '@trpc/server';
import type { ErrorRequestHandler, RequestHandler, Router } from 'express';
import { type AuthOptionsInput, parseOptions } from './config.ts';
import { createKernel } from './create-kernel.ts';
import type { HttpOptions } from './http/doors.ts';
import { errorHandler, notFound } from './http/error-handler.ts';
import { createExpressRouter, createListener, type ListenerOptions } from './http/express.ts';
import { traceId } from './http/request-scope.ts';
import { type RequireSessionOptions, requireSession } from './http/require-session.ts';
import { DatabaseProbe } from './kernel/database-probe.ts';
import { EventEntity } from './kernel/event.entity.ts';
import type { EventLog, EventType } from './kernel/event-log.ts';
import type { LimitStore } from './kernel/limits/limit-store.ts';
import { listPending, migrate } from './kernel/migrate.ts';
import { CreateEvents } from './kernel/migrations/20261120080000-create-events.ts';
import { CreateRateLimits } from './kernel/migrations/20261121100000-create-rate-limits.ts';
import { CreateOutbox } from './kernel/migrations/20261122100000-create-outbox.ts';
import { FindParkedEvents } from './kernel/migrations/20261128193000-find-parked-events.ts';
import type { AuthModule, Kernel, RunningModule } from './kernel/module.ts';
import { Outbox } from './kernel/outbox/outbox.ts';
import { OutboxRelay } from './kernel/outbox/outbox-relay.ts';
import type { Subscriber } from './kernel/outbox/subscriber.ts';
import type { Clock, Logger, Mailer, PasswordHasher } from './kernel/ports.ts';
import type { Authenticate } from './kernel/principal.ts';
import type { RedisPort } from './kernel/redis-port.ts';
import type { Tracer } from './kernel/tracer.ts';
import { accountsModule } from './modules/accounts/index.ts';
import type { AdminRoster } from './modules/admin/admin-roster.ts';
import type { DemoUser } from './modules/admin/demo-users.ts';
import { adminModule } from './modules/admin/index.ts';
import type { AuditVerdict, VerifyAuditOptions } from './modules/audit/audit-verifier.ts';
import { auditModule } from './modules/audit/index.ts';
import type { AuthenticationService } from './modules/authentication/authentication.service.ts';
import { authenticationModule } from './modules/authentication/index.ts';
import type { LoginGuard } from './modules/authentication/login-guard.ts';
import { mailModule } from './modules/mail/index.ts';
import type { PrepareMail } from './modules/mail/mail-dispatcher.ts';
import type { MailOutbox } from './modules/mail/mail-outbox.ts';
import type { SecurityNotices } from './modules/mail/security-notices.ts';
import { sessionsModule } from './modules/sessions/index.ts';
import type { SessionService } from './modules/sessions/session.service.ts';
import type { SessionAuthenticator } from './modules/sessions/session-authenticator.ts';
import { usersModule } from './modules/users/index.ts';
import { verificationsModule } from './modules/verifications/index.ts';
import type { VerificationService } from './modules/verifications/verification.service.ts';
import type { Context } from './trpc/context.ts';
import { createLocalContext, type LocalCaller } from './trpc/local-context.ts';
import { mergeProcedures } from './trpc/merge-procedures.ts';
import { router } from './trpc/procedures.ts';

/** Services of always-on modules that an opt-in module may use. */
export interface CoreServices {
  sessions: SessionService;
  authenticator: SessionAuthenticator;
  authentication: AuthenticationService;
  loginGuard: LoginGuard;
  verifications: VerificationService;
  mail: { outbox: MailOutbox; notices: SecurityNotices };
  admins: AdminRoster;
}

/** What surrounds the product, and modules besides those that are always on. */
export interface AuthPorts {
  logger?: Logger;
  clock?: Clock;
  hasher?: PasswordHasher;
  /** Default: SMTP with `mail.url`. */
  mailer?: Mailer;
  /** `connectRedis()` of `@latchkey/auth/redis`: publishes events, counts limits, and is closed with the rest. */
  redis?: RedisPort;
  /** Where limits are counted. Default: Redis where there is one, else PostgreSQL. */
  limitStore?: LimitStore;
  /** Code of your own that is told what has happened, across crashes. */
  subscribers?: Subscriber[];
  /** Follows what is done. Default: nobody does. */
  tracer?: Tracer;
  modules?: AuthModule<CoreServices>[];
  /** False: nothing is done beside what is asked for, as in a command line. Default: true. */
  background?: boolean;
}

/** A running Latchkey. */
export interface Auth {
  /** All doors over HTTP, to be mounted in an Express app: `app.use(auth.toExpress())`. */
  toExpress(): Router;
  /** The doors in front of an app, for a server of one's own: `createServer(auth.toListener({ otherwise: app }))`. */
  toListener(options: ListenerOptions): RequestListener;
  /** Guards routes of the host app; behind it `principalOf(req)` tells who calls. */
  requireSession(options?: RequireSessionOptions): RequestHandler;
  /** Answers what no other route has answered, with the error contract; for the end of an app. */
  notFound(): [RequestHandler, RequestHandler, ErrorRequestHandler];
  /** The procedures, for callers in the same process. `createAuthClient({ auth })` is the pleasant way to them. */
  router: AnyTRPCRouter;
  /** A context for one caller in the same process, which keeps its session like a browser does. */
  createLocalContext(caller?: LocalCaller): () => Context;
  /**
   * Asks PostgreSQL for a sign of life, on a connection of its own.
   * @throws AuthError UNAVAILABLE when there is none within a second
   */
  ping(): Promise<void>;
  /**
   * Makes an account an administrator and ends its sessions: none of them was opened with such rights. One that is an
   * administrator already stays as it is.
   * @returns null when there is none with this address
   */
  promoteToAdmin(email: string): Promise<'promoted' | 'unchanged' | null>;
  /** Makes an account for demonstrations; false when the address has one, which stays as it is. */
  seedUser(user: DemoUser): Promise<boolean>;
  /** Tells whether anybody changed the audit log with plain SQL, and where first. */
  verifyAuditLog(options?: VerifyAuditOptions): Promise<AuditVerdict>;
  /** What a module of `modules` offers to its operator. */
  running<Running extends RunningModule>(module: AuthModule<never, Running>): Running;
  /**
   * Does now what is done in the background from time to time: seals the audit log, tends the outbox and removes what
   * has had its time.
   */
  maintain(): Promise<void>;
  /** What is on its way to sinks and subscribers. */
  outbox: Outbox;
  /** Figures in the text format of Prometheus; those of the process are the host's own. */
  metrics(): Promise<string>;
  /** Writes down what is pending. */
  flush(): Promise<void>;
  /** Lets the readers of open streams go, who come back by themselves; for the beginning of a stop. */
  closeStreams(): void;
  /** Writes down what is pending and lets go of every connection, thread and timer. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts Latchkey: connects to PostgreSQL, brings the schema up to date and wires the modules.
 * @throws ZodError when an option is not valid, or what the driver throws when PostgreSQL is away
 * @example
 * const auth = await createAuth({ databaseUrl: 'postgresql://…' });
 * app.use(auth.toExpress());
 * app.get('/hello', auth.requireSession(), (req, res) => res.json(principalOf(req).user));
 */
export const createAuth = async (options: AuthOptionsInput, ports: AuthPorts = {}): Promise<Auth> => {
  await using whatFails = new AsyncDisposableStack();
  // It connects again and again until it is closed, also where nothing else comes to be.
  whatFails.defer(async () => ports.redis?.close());
  const config = parseOptions(options);
  const { modules: optIn = [], background = true } = ports;
  const definitions = [...ALWAYS_ON, ...optIn];
  const entities: EntitySchema[] = [EventEntity, ...definitions.flatMap((module) => module.entities ?? [])];

  await migrate({ url: config.databaseDirectUrl, entities, migrations: migrationsOf(definitions) });
  const { kernel, events } = createKernel(
    config,
    entities,
    ports,
    definitions.map(({ name }) => name),
  );
  whatFails.defer(() => kernel.database.close());
  whatFails.defer(() => kernel.hasher.close());
  whatFails.defer(() => kernel.limits.close());
  const probe = new DatabaseProbe(config.databaseDirectUrl);
  whatFails.defer(() => probe.close());

  const running: RunningModule[] = [];
  /** What has begun is closed although something after it fails, the last one first. */
  const begin = <Running extends RunningModule>(module: Running): Running => {
    attach(module, kernel, events);
    whatFails.defer(async () => module.close?.());
    running.push(module);
    return module;
  };
  begin(usersModule.run(kernel, {}));
  // They need each other: a mail is completed by whoever knows its secret.
  const prepare: PrepareMail = (due) => verifications.prepare(due);
  const mail = begin(mailModule.run(kernel, { prepare }));
  const verifications = begin(verificationsModule.run(kernel, mail));
  const sessions = begin(sessionsModule.run(kernel, {}));
  const basis = { sessions: sessions.service, verifications: verifications.service, mail };
  const { authentication, guard: loginGuard } = begin(authenticationModule.run(kernel, basis));
  const audit = begin(auditModule.run(kernel, {}));
  const accounts = begin(accountsModule.run(kernel, { ...basis, audit: audit.service }));
  const admin = begin(adminModule.run(kernel, { ...basis, accounts: accounts.service }));
  const { authenticator } = sessions;
  const core: CoreServices = { ...basis, authenticator, authentication, loginGuard, admins: admin.roster };
  const optedIn = new Map(optIn.map((module) => [module, begin(module.run(kernel, core))]));
  const relay = new OutboxRelay(kernel, {
    sinks: [...running.flatMap(({ sinks = [] }) => sinks), ...(kernel.redis === null ? [] : [kernel.redis.sink])],
    subscribers: ports.subscribers ?? [],
  });
  whatFails.defer(() => relay.close());
  const outbox = new Outbox(kernel.database, () => relay.wake());
  kernel.metrics.outboxLag.from(() => outbox.lagSeconds());
  kernel.metrics.outboxParked.from(() => outbox.countParked());
  if (background) {
    for (const module of running) await module.warmUp?.();
    for (const module of running) module.start?.();
    await relay.start();
    // Connects, so that whoever asks first does not wait for that.
    void probe.ping().catch(() => {});
  }

  const appRouter = router(mergeProcedures(running));
  const authenticate: Authenticate = (credential, request) => sessions.authenticator.authenticate(credential, request);
  const documents = running.flatMap((module) => module.documents ?? []);
  const http: HttpOptions = { kernel, router: appRouter, authenticate, documents };
  // Nothing has failed: from now on its owner closes it, the last module first.
  const resources = whatFails.move();
  const close = () => resources.disposeAsync();
  return {
    toExpress: () => createExpressRouter(http),
    toListener: (listener) => createListener(http, listener),
    requireSession: (requirements = {}) =>
      requireSession({ ...kernel, takesBearers: !kernel.bearers.isEmpty }, authenticate, requirements),
    notFound: () => [traceId(kernel.secrets), notFound, errorHandler(kernel.logger)],
    router: appRouter,
    createLocalContext: (caller) => createLocalContext({ ...kernel, authenticate, caller }),
    ping: () => probe.ping(),
    promoteToAdmin: (email) => admin.users.promote(email, kernel.secrets.createTraceId()),
    seedUser: (user) => admin.demoUsers.create(user),
    verifyAuditLog: (verification) => audit.verifier.verify(verification),
    maintain: async () => {
      // The last one first: what it removes is written to the log, which is sealed after it.
      for (const module of running.toReversed()) await module.maintain?.();
      await relay.tend();
    },
    outbox,
    metrics: () => kernel.metrics.text(),
    flush: () => sessions.flush(),
    closeStreams: () => {
      for (const module of running) module.closeStreams?.();
    },
    running: <Running extends RunningModule>(module: AuthModule<never, Running>) => optedIn.get(module) as Running,
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** Migrations that this database still lacks, with those of `modules` among them; it is read, not changed. */
export const findPendingMigrations = (
  databaseUrl: string,
  modules: Pick<AuthModule<never>, 'migrations'>[] = [],
): Promise<string[]> =>
  listPending(
    databaseUrl,
    migrationsOf([...ALWAYS_ON, ...modules]).map(({ name }) => name),
  );

const ALWAYS_ON = [
  usersModule,
  mailModule,
  verificationsModule,
  authenticationModule,
  sessionsModule,
  auditModule,
  accountsModule,
  adminModule,
];

const migrationsOf = (modules: { migrations?: MigrationObject[] }[]): MigrationObject[] =>
  [
    { name: '20261120080000-create-events', class: CreateEvents },
    { name: '20261121100000-create-rate-limits', class: CreateRateLimits },
    { name: '20261122100000-create-outbox', class: CreateOutbox },
    { name: '20261128193000-find-parked-events', class: FindParkedEvents },
    ...modules.flatMap(({ migrations = [] }) => migrations),
  ].sort((a, b) => a.name.localeCompare(b.name));

const attach = ({ rules, on, bearer, accountData }: RunningModule, kernel: Kernel, events: EventLog): void => {
  if (accountData !== undefined) kernel.accountData.add(accountData);
  if (bearer !== undefined) kernel.bearers.add(bearer);
  if (rules !== undefined) kernel.rules.add(rules);
  for (const [type, listener] of Object.entries(on ?? {})) events.on(type as EventType, listener);
};
