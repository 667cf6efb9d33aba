import type { AnyTRPCRouter } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import cors from 'cors';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Kernel } from '../kernel/module.ts';
import type { Authentication, Caller } from '../kernel/principal.ts';
import type { Context } from '../trpc/context.ts';
import { describeError } from '../trpc/describe-error.ts';
import { cookiePolicy, createSessionCookie, readSessionToken } from './cookies.ts';
import { csrfProtection } from './csrf.ts';
import { errorHandler, logError, notFound, trpcErrorHandler } from './error-handler.ts';
import { jsonBody } from './json-body.ts';
import { describeApi } from './openapi.ts';
import { outerRateLimit } from './rate-limit.ts';
import { callerOf, requestLog, traceId } from './request-scope.ts';
import { createRestBridge } from './rest-bridge.ts';
import { apiSecurityHeaders } from './security-headers.ts';
import { swaggerUi } from './swagger-ui.ts';
import { MAX_BATCH_SIZE, trpcEnvelope } from './trpc-envelope.ts';

export interface HttpOptions {
  kernel: Kernel;
  router: AnyTRPCRouter;
  authenticate(token: string | null, options: { caller: Caller; countsAsActivity: boolean }): Promise<Authentication>;
}

/** All doors over HTTP in one Express router: `/trpc`, `/api/v1` and `/docs`. Other paths are left alone. */
export const createExpressRouter = ({ kernel, router, authenticate }: HttpOptions): Router => {
  const { config, logger, secrets, clock } = kernel;
  const cookies = cookiePolicy(config.publicUrl);
  const isHttps = config.publicUrl.protocol === 'https:';

  const createContext = (req: Request, res: Response): Context => {
    const caller = callerOf(req, res);
    const sessionToken = readSessionToken(req.headers.cookie, cookies);
    return {
      caller,
      sessionToken,
      cookie: createSessionCookie(res, cookies, () => clock.now()),
      authenticate: ({ countsAsActivity }) => authenticate(sessionToken, { caller, countsAsActivity }),
    };
  };

  const doors = express.Router({ caseSensitive: true });
  doors.use(
    ['/trpc', '/api/v1'],
    traceId(secrets),
    requestLog(logger),
    ...apiSecurityHeaders(isHttps),
    outerRateLimit(config.rateLimitFactor),
    ...crossOrigin(config),
    csrfProtection(config, cookies),
  );
  doors.use(
    '/trpc',
    trpcEnvelope(router),
    jsonBody(),
    trpcDoor(router, createContext, kernel),
    trpcErrorHandler(logger),
  );
  doors.get('/api/v1/openapi.json', serveDocument(router, { publicUrl: config.publicUrl, cookies }));
  doors.use('/api/v1', createRestBridge(router, createContext));
  doors.use('/docs', swaggerUi(isHttps));
  doors.use('/api/v1', notFound, errorHandler(logger));
  return doors;
};

const trpcDoor = (
  router: AnyTRPCRouter,
  createContext: (req: Request, res: Response) => Context,
  { logger }: Kernel,
): RequestHandler =>
  createExpressMiddleware({
    router,
    createContext: ({ req, res }) => createContext(req, res),
    maxBatchSize: MAX_BATCH_SIZE,
    onError: ({ error, ctx }) => logError(logger, error, (ctx as Context | undefined)?.caller.traceId ?? ''),
    responseMeta: ({ errors }) => ({ headers: retryAfterOf(errors) }),
  });

const retryAfterOf = (errors: unknown[]): Record<string, string> => {
  const seconds = errors.map((error) => describeError(error, '').retryAfterSeconds ?? 0);
  const longest = Math.max(0, ...seconds);
  return longest === 0 ? {} : { 'Retry-After': String(longest) };
};

/** Only the exact origins of the setting; none by default. */
const crossOrigin = ({ corsOrigins }: Kernel['config']): RequestHandler[] =>
  corsOrigins.length === 0
    ? []
    : [cors({ origin: corsOrigins, credentials: true, exposedHeaders: ['X-Trace-Id', 'Retry-After'], maxAge: 600 })];

/** Worked out when it is first asked for. */
const serveDocument = (router: AnyTRPCRouter, options: Parameters<typeof describeApi>[1]): RequestHandler => {
  let document: ReturnType<typeof describeApi> | undefined;
  return (_req, res) => {
    document ??= describeApi(router, options);
    res.json(document);
  };
};
