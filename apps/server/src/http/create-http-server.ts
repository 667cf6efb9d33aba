import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Logger } from 'pino';
import { boundConnections, type ConnectionBounds } from './bound-connections.ts';
import { answerClientErrors } from './client-errors.ts';

interface HttpServerOptions {
  listener: RequestListener;
  isStopping(): boolean;
  bounds: ConnectionBounds;
  trustProxy: string[];
  logger: Logger;
}

/** Whoever is slow on purpose holds a connection for so long, and no other. */
const LIMITS = {
  /** Bytes of all headers of a request together. */
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Longer than load balancers keep theirs: whoever closes first must not be the one who is asked. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
};

/** Nothing goes in or out for so long: somebody asked for a large answer and reads nothing of it. Streams are exempt. */
const IDLE_SOCKET_MS = 120_000;

/** A server that slow, silent and countless clients cannot hold up; it does not listen yet. */
export const createHttpServer = ({ listener, isStopping, bounds, trustProxy, logger }: HttpServerOptions): Server => {
  const server = createServer(LIMITS, (req, res) => {
    // Who keeps connections open lets go of them before they are cut, and asks another instance the next time.
    if (isStopping()) res.setHeader('Connection', 'close');
    listener(req, res);
  });
  server.timeout = IDLE_SOCKET_MS;
  boundConnections(server, { ...bounds, trustProxy, logger });
  answerClientErrors(server, () => randomUUID().replaceAll('-', ''));
  return server;
};
