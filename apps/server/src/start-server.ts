import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type Auth, createAuth } from '@latchkey/auth';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { Settings } from './env.ts';
import { answerClientErrors } from './http/client-errors.ts';
import { DevMailbox } from './http/dev-mails.ts';
import { healthRoutes } from './http/health.ts';
import { serveSpa } from './http/spa.ts';
import { optInModules } from './opt-in-modules.ts';
import { openDatabase } from './postgres/open-database.ts';

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
  /** Finishes what is under way, writes down what is pending and stops; a second call waits for the first. */
  stop(): Promise<void>;
}

/** How long requests under way may take to finish at the stop. */
const DRAIN_MS = 5000;
const SWEEP_MS = 100;

/** Bytes of all headers of a request together. */
const MAX_HEADER_SIZE = 16 * 1024;

/** @throws Error with what to do about it, when the port is taken or the database cannot be used */
export const startServer = async ({ settings, logger, onProgress }: StartOptions): Promise<RunningServer> => {
  await listenOnce(settings);
  await using whatFails = new AsyncDisposableStack();
  const database = await openDatabase(settings, onProgress);
  whatFails.defer(() => database.close());
  onProgress('Migrating the database');
  const mailbox = settings.showsMails ? new DevMailbox(logger, settings.publicUrl) : null;
  const modules = await optInModules(settings);
  const ports = { logger, modules, ...(mailbox !== null && { mailer: mailbox }) };
  const auth = whatFails.use(await createAuth({ ...settings.auth, databaseUrl: database.url }, ports));

  const state = { isStopping: false };
  const app = createApp(auth, settings, { isStopping: () => state.isStopping, mailbox });
  const listener = auth.toListener({ trustProxy: settings.trustProxy, otherwise: app });
  const server = createServer(serverOptions, listener);
  answerClientErrors(server, () => randomUUID().replaceAll('-', ''));
  await listen(server, settings);
  whatFails.defer(() => drain(server));

  // Nothing has failed: from now on it is stopped by its owner, in the reverse order.
  const resources = whatFails.move();
  let stopped: Promise<void> | undefined;
  return {
    database: database.description,
    stop: () => {
      state.isStopping = true;
      auth.closeStreams();
      stopped ??= resources.disposeAsync();
      return stopped;
    },
  };
};

const serverOptions = {
  maxHeaderSize: MAX_HEADER_SIZE,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
};

interface AppParts {
  isStopping(): boolean;
  /** Null where mails are really sent. */
  mailbox: DevMailbox | null;
}

const createApp = (
  auth: Auth,
  { trustProxy, webFolder, publicUrl }: Settings,
  { isStopping, mailbox }: AppParts,
): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustProxy);
  const [giveTraceId, ...lastResort] = auth.notFound();
  app.use(giveTraceId);
  app.use(healthRoutes(auth, isStopping));
  app.use(auth.toExpress());
  if (mailbox !== null) app.use(mailbox.routes(publicUrl));
  app.use(serveSpa({ folder: webFolder, isHttps: publicUrl.startsWith('https:') }));
  app.use(...lastResort);
  return app;
};

/** Before anything slow is begun: is the port free? */
const listenOnce = async (settings: Settings): Promise<void> => {
  const probe = createServer();
  await listen(probe, settings);
  await new Promise((resolve) => probe.close(resolve));
};

const listen = (server: Server, { host, port }: Settings): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      const taken = `Port ${port} is taken. Choose another one, for example: PORT=${port + 1} npx -y pnpm@12 start`;
      reject(new Error(isTaken ? taken : `HOST=${host}, PORT=${port}: ${error.message}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });

const drain = async (server: Server): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve));
  // What has been answered may be kept alive by its client; what was idle for a moment is not waited for.
  const sweeper = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(sweeper);
  clearTimeout(timer);
};
