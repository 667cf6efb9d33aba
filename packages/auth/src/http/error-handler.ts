import type { ErrorBody } from '@latchkey/contract';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { AuthError } from '../kernel/auth-error.ts';
import type { Logger } from '../kernel/ports.ts';
import { type DescribedError, describeError, isOurFault, toTrpcShape } from '../trpc/describe-error.ts';
import { traceIdOf } from './request-scope.ts';

/** How a door writes a failure down. */
type ErrorFormat = (error: DescribedError) => object;

const restFormat: ErrorFormat = ({ payload }): ErrorBody => ({ error: payload });

const trpcFormat: ErrorFormat = ({ status, payload }) => ({ error: toTrpcShape(status, payload) });

/** Answers with the error contract. */
export const sendError = (res: Response, error: unknown, format: ErrorFormat = restFormat): void => {
  const described = describeError(error, traceIdOf(res));
  if (described.retryAfterSeconds !== null) res.setHeader('Retry-After', described.retryAfterSeconds);
  res.status(described.status).json(format(described));
};

/** Logs what is our fault, with its cause; the caller's faults are in the request log. */
export const logError = (logger: Logger, error: unknown, traceId: string): void => {
  if (isOurFault(error)) logger.error({ err: error, traceId }, 'A request failed');
};

const lastStop =
  (logger: Logger, format: ErrorFormat): ErrorRequestHandler =>
  (error, _req, res, _next) => {
    logError(logger, error, traceIdOf(res));
    if (res.headersSent) return res.destroy();
    sendError(res, error, format);
  };

/** The last stop of everything that fails in Express. */
export const errorHandler = (logger: Logger): ErrorRequestHandler => lastStop(logger, restFormat);

/** The same for what fails before tRPC itself gets to see it. */
export const trpcErrorHandler = (logger: Logger): ErrorRequestHandler => lastStop(logger, trpcFormat);

/** Answers what no route has answered. */
export const notFound: RequestHandler = (_req, _res, next) => next(new AuthError('NOT_FOUND'));
