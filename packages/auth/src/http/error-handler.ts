import type { ServerResponse } from 'node:http';
import type { ErrorBody } from '@latchkey/contract';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AuthError } from '../kernel/auth-error.ts';
import type { Logger } from '../kernel/ports.ts';
import { authErrorOf, type DescribedError, describeError, isOurFault, toTrpcShape } from '../trpc/describe-error.ts';
import { readBearer } from './bearer.ts';
import { traceIdOf } from './request-scope.ts';
import { sendJson } from './send-json.ts';

/** How a door writes a failure down. */
export type ErrorFormat = (error: DescribedError) => object;

export const restFormat: ErrorFormat = ({ payload }): ErrorBody => ({ error: payload });

/** As tRPC's wire has it, for what fails before tRPC itself gets to see it. */
export const trpcFormat: ErrorFormat = ({ status, payload }) => ({ error: toTrpcShape(status, payload) });

/**
 * Logs what is our fault, with its cause; the caller's faults are in the request log. That the database is away, or the
 * service stops, is no mistake of the code: where it happens many times a second, no stack tells more.
 */
export const logError = (logger: Logger, error: unknown, traceId: string): void => {
  if (!isOurFault(error)) return;
  const { code, cause } = authErrorOf(error);
  if (code === 'UNAVAILABLE') logger.warn({ traceId, reason: reasonOf(cause) }, 'A request could not be served');
  else logger.error({ err: error, traceId }, 'A request failed');
};

const reasonOf = (cause: unknown): string | null => (cause instanceof Error ? cause.message : null);

/** Answers a failure with the error contract. */
export const failWith =
  (logger: Logger, format: ErrorFormat) =>
  (error: unknown, res: ServerResponse): void => {
    logError(logger, error, traceIdOf(res));
    if (res.headersSent) return void res.destroy();
    const described = describeError(error, traceIdOf(res));
    // What was wrong with the credential (RFC 6750 §3.1).
    if (described.status === 401 && readBearer(res.req) !== null && !res.hasHeader('WWW-Authenticate'))
      res.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"');
    if (described.retryAfterSeconds !== null) res.setHeader('Retry-After', described.retryAfterSeconds);
    sendJson(res, described.status, format(described));
  };

/** The last stop of everything that fails in Express. */
export const errorHandler = (logger: Logger): ErrorRequestHandler => {
  const fail = failWith(logger, restFormat);
  return (error, _req, res, _next) => fail(error, res);
};

/** Answers what no route has answered. */
export const notFound: RequestHandler = (_req, _res, next) => next(new AuthError('NOT_FOUND'));
