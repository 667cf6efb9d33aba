import type { IncomingMessage, RequestListener } from 'node:http';
import express, { type Request, type Router } from 'express';
import proxyAddr from 'proxy-addr';
import { createDoors, type HttpOptions } from './doors.ts';
import { swaggerUi } from './swagger-ui.ts';

/** All doors in one Express router: `/trpc`, `/api/v1` and `/docs`. Other paths are left alone. */
export const createExpressRouter = (options: HttpOptions): Router => {
  const doors = createDoors(options, expressAddress);
  const router = express.Router({ caseSensitive: true });
  router.use((req, res, next) => {
    if (!doors(req, res)) next();
  });
  router.use('/docs', swaggerUi(options.kernel.config.publicUrl.protocol === 'https:'));
  return router;
};

/** Honours the `trust proxy` setting of the app. */
export const expressAddress = (req: IncomingMessage): string | undefined => (req as Request).ip;

export interface ListenerOptions {
  /** Addresses and ranges of reverse proxies whose `X-Forwarded-For` is believed. */
  trustProxy: string[];
  /** Serves what does not belong to the API, for example an Express app. */
  otherwise: RequestListener;
}

/** The API in front of an app, for a server of one's own: its requests do not pass through the app. */
export const createListener = (options: HttpOptions, { trustProxy, otherwise }: ListenerOptions): RequestListener => {
  const isTrusted = proxyAddr.compile(trustProxy);
  const doors = createDoors(options, (req) => proxyAddr(req, isTrusted));
  return (req, res) => {
    if (!doors(req, res)) otherwise(req, res);
  };
};
