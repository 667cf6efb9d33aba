import cors from 'cors';
import type { RequestHandler } from 'express';
import type { Kernel } from '../kernel/module.ts';
import type { CookiePolicy } from './cookies.ts';
import { csrfProtection } from './csrf.ts';
import { outerRateLimit } from './rate-limit.ts';
import { requestLog, traceId } from './request-scope.ts';
import { apiSecurityHeaders } from './security-headers.ts';

/** What every request to the API goes through before its door opens, in this order. */
export const createAdmission = ({ config, logger, secrets }: Kernel, cookies: CookiePolicy): RequestHandler =>
  inOrder([
    traceId(secrets),
    requestLog(logger),
    apiSecurityHeaders(config.publicUrl.protocol === 'https:'),
    outerRateLimit(config.rateLimitFactor),
    ...crossOrigin(config),
    csrfProtection(config, cookies),
  ]);

/** Only the exact origins of the setting; none by default. */
const crossOrigin = ({ corsOrigins }: Kernel['config']): RequestHandler[] =>
  corsOrigins.length === 0
    ? []
    : [cors({ origin: corsOrigins, credentials: true, exposedHeaders: ['X-Trace-Id', 'Retry-After'], maxAge: 600 })];

const inOrder =
  (handlers: RequestHandler[]): RequestHandler =>
  (req, res, next) => {
    const go = (index: number): void => {
      const handler = handlers[index];
      if (handler === undefined) next();
      else void handler(req, res, (error?: unknown) => (error ? next(error) : go(index + 1)));
    };
    go(0);
  };
