import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Auth, createAuth, type RedisPort } from '@latchkey/auth';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { Settings } from './env.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { DevMailbox } from './http/dev-mails.ts';
import { healthRoutes } from './http/health.ts';
import { createMetricsReader, mainMetricsRoute, metricsRoute, startMetricsServer } from './http/metrics.ts';
import { serveSpa } from './http/spa.ts';
import type { ListeningSettings } from './listening-settings.ts';
import { optInModules } from './opt-in-modules.ts';
import { openDatabase } from './postgres/open-database.ts';
import type { RunningTracing } from './tracing/start-tracing.ts';

interface StartOptions {
  settings: Settings;
  logger: Logger;
  /** Told what is being done, for people. */
  onProgress(message: string): void;
}

/** A server that answers. */
export interface RunningServer {
  /** Where the data are, for people. */
  database: string;
  /**
   * Is not ready any more, finishes what is under way, writes down what is pending and stops, within ten seconds and
   * the delay of the settings; a second call waits for the first.
   */
  stop(): Promise<void>;
}

/** What each part of the stop may take, so that all of it is over within ten seconds, whatever hangs. */
const DRAIN_MS = 4000;
const CLOSE_MS = 3000;
const DATABASE_STOP_MS = 2000;
const SWEEP_MS = 100;

/** @throws Error with what to do about it, when the port is taken or the database cannot be used */
export const startServer = async ({ settings, logger, onProgress }: StartOptions): Promise<RunningServer> => {
  await listenOnce(settings.listening);
  await using whatFails = new AsyncDisposableStack();
  const tracing = await startTracing(settings, logger);
  const database = await openDatabase(settings, onProgress);
  // At the same time: each may take two seconds, and there are no four of them.
  whatFails.defer(async () => {
    await Promise.all([inTime('the database', DATABASE_STOP_MS, { work: database.close(), logger }), tracing?.stop()]);
  });
  onProgress('Migrating the database');
  const mailbox = settings.showsMails ? new DevMailbox(logger, settings.publicUrl) : null;
  const redis = await openRedis(settings, logger);
  const modules = await optInModules(settings);
  const ports = {
    logger,
    modules,
    ...(mailbox !== null && { mailer: mailbox }),
    ...(redis !== null && { redis }),
    ...(tracing !== null && { tracer: tracing.tracer }),
  };
  const auth = await createAuth({ ...settings.auth, databaseUrl: database.url }, ports);
  whatFails.defer(() => inTime('what is pending', CLOSE_MS, { work: auth.close(), logger }));

  const state = { isStopping: false };
  const readMetrics = createMetricsReader(auth);
  const app = createApp(auth, settings, { isStopping: () => state.isStopping, mailbox, redis, readMetrics });
  const { trustProxy, connections: bounds, shutdownDelaySeconds } = settings.listening;
  const listener = auth.toListener({ trustProxy, otherwise: app });
  const server = createHttpServer({ listener, isStopping: () => state.isStopping, bounds, trustProxy, logger });
  await listen(server, settings.listening);
  whatFails.defer(() => drain(server));

  const { port, host, token } = settings.metrics;
  if (port !== null) {
    const metrics = express().use(metricsRoute(readMetrics, token), ...auth.notFound());
    whatFails.use(await startMetricsServer(metrics, { host, port }));
  }

  // Nothing has failed: from now on it is stopped by its owner, in the reverse order.
  const resources = whatFails.move();
  const stop = async () => {
    state.isStopping = true;
    await delay(shutdownDelaySeconds * 1000);
    auth.closeStreams();
    await resources.disposeAsync();
  };
  let stopped: Promise<void> | undefined;
  return {
    database: database.description,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
};

interface AppParts {
  isStopping(): boolean;
  /** Null where mails are really sent. */
  mailbox: DevMailbox | null;
  redis: RedisPort | null;
  readMetrics(): Promise<string>;
}

/** Its code is loaded where it is used only. */
const openRedis = async ({ redisUrl }: Settings, logger: Logger): Promise<RedisPort | null> => {
  if (redisUrl === null) return null;
  const { connectRedis } = await import('@latchkey/auth/redis');
  return connectRedis({ url: redisUrl, logger });
};

const createApp = (auth: Auth, settings: Settings, { isStopping, mailbox, redis, readMetrics }: AppParts): Express => {
  const { listening, webFolder, publicUrl } = settings;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', listening.trustProxy);
  const [giveTraceId, ...lastResort] = auth.notFound();
  app.use(giveTraceId);
  app.use(healthRoutes(auth, { isStopping, redis }));
  app.use(mainMetricsRoute(readMetrics, settings));
  app.use(auth.toExpress());
  if (mailbox !== null) app.use(mailbox.routes(publicUrl));
  app.use(serveSpa({ folder: webFolder, isHttps: publicUrl.startsWith('https:') }));
  app.use(...lastResort);
  return app;
};

/** OpenTelemetry is loaded only where somebody wants its traces. */
const startTracing = async ({ tracing }: Settings, logger: Logger): Promise<RunningTracing | null> =>
  tracing === null ? null : (await import('./tracing/start-tracing.ts')).startTracing(tracing, logger);

/** Before anything slow is begun: is the port free? */
const listenOnce = async (settings: ListeningSettings): Promise<void> => {
  const probe = createServer();
  await listen(probe, settings);
  await new Promise((resolve) => probe.close(resolve));
};

const listen = (server: Server, { host, port }: ListeningSettings): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      const taken = `Port ${port} is taken. Choose another one, for example: PORT=${port + 1} npx -y pnpm@12 start`;
      reject(new Error(isTaken ? taken : `HOST=${host}, PORT=${port}: ${error.message}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });

/** What is not done by then is left undone: the process ends all the same. */
const inTime = async (what: string, ms: number, { work, logger }: { work: Promise<void>; logger: Logger }) => {
  const isLate = await Promise.race([work.then(() => false), delay(ms, true, { ref: false })]);
  if (isLate) logger.warn({ what, ms }, 'Part of the stop took too long and was cut short');
};

const drain = async (server: Server): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve));
  // What has been answered may be kept alive by its client; what was idle for a moment is not waited for.
  const sweeper = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(sweeper);
  clearTimeout(timer);
};
