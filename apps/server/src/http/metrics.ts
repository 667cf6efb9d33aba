import { hash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { isIP } from 'node:net';
import { type Auth, AuthError } from '@latchkey/auth';
import express, { type Request, type Router } from 'express';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Settings } from '../env.ts';

/** The figures of the service, and those of the process. */
export const createMetricsReader = (auth: Auth): (() => Promise<string>) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return async () => `${await auth.metrics()}\n${await registry.metrics()}`;
};

/** Serves `/metrics`, with the token where there is one. Neither limited nor logged. */
export const metricsRoute = (read: () => Promise<string>, token: string | null): Router => {
  const routes = express.Router();
  routes.get('/metrics', async (req, res) => {
    if (token !== null && !bears(req, token)) {
      res.setHeader('WWW-Authenticate', 'Bearer');
      throw new AuthError('UNAUTHENTICATED');
    }
    const text = await read();
    res.setHeader('Cache-Control', 'no-store').type(Registry.PROMETHEUS_CONTENT_TYPE).send(text);
  });
  return routes;
};

/** Digests are as long as each other, whatever was sent. */
const bears = ({ headers }: Request, token: string): boolean => {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
};

/**
 * Who may read on the port that everybody reaches: whoever has the token. Without one, in development, the machine
 * itself; what a reverse proxy passes on looks as if it came from there, too, and is told by its headers.
 */
export const mainMetricsRoute = (
  read: () => Promise<string>,
  { metrics: { port, token }, isProduction }: Settings,
): Router => {
  const routes = express.Router();
  if (port !== null || (token === null && isProduction)) return routes;
  const route = metricsRoute(read, token);
  routes.use((req, res, next) => (token !== null || isFromHere(req) ? route(req, res, next) : next()));
  return routes;
};

/** What a page elsewhere calls this machine, by a name of its own that leads here (DNS rebinding), is not among them. */
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

const isFromHere = ({ socket, headers }: Request): boolean => {
  if (!LOCAL_HOST.test(headers.host ?? '')) return false;
  const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const isLoopback = address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
  return isLoopback && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
};

/** A server for the metrics alone, on a port that the world does not reach. @throws Error when it cannot listen */
export const startMetricsServer = async (
  listener: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<AsyncDisposable> => {
  const server = createServer(listener);
  try {
    await once(server.listen(port, host), 'listening');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`METRICS_HOST=${host}, METRICS_PORT=${port}: ${reason}`, { cause });
  }
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
