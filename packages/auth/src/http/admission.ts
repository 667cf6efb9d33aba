import cors from 'cors';
import type { Request, Response } from 'express';
import type { Kernel } from '../kernel/module.ts';
import type { CookiePolicy } from './cookies.ts';
import { csrfProtection } from './csrf.ts';
import type { AddressOf, Step } from './door.ts';
import { outerRateLimit } from './rate-limit.ts';
import { requestLog, traceId } from './request-scope.ts';
import { apiSecurityHeaders } from './security-headers.ts';

/** What every request to the API goes through before its door opens, in this order. */
export const createAdmission = (
  { config, limits, logger, secrets, bearers }: Kernel,
  cookies: readonly CookiePolicy[],
  addressOf: AddressOf,
): Step =>
  inOrder([
    traceId(secrets),
    requestLog(logger),
    apiSecurityHeaders(config.publicUrl.protocol === 'https:'),
    // Before the limit, so that a page of another origin can read that it is limited.
    ...crossOrigin(config),
    outerRateLimit(config.rateLimitFactor, limits, addressOf),
    csrfProtection(config, { cookies, takesBearers: !bearers.isEmpty }),
  ]);

/** Only the exact origins of the setting; none by default. */
const crossOrigin = ({ corsOrigins }: Kernel['config']): Step[] => {
  if (corsOrigins.length === 0) return [];
  const exposedHeaders = ['X-Trace-Id', 'Retry-After'];
  const allow = cors({ origin: corsOrigins, credentials: true, exposedHeaders, maxAge: 600 });
  return [(req, res, next) => allow(req as Request, res as Response, next)];
};

const inOrder =
  (steps: Step[]): Step =>
  (req, res, next) => {
    const go = (index: number): void => {
      const step = steps[index];
      if (step === undefined) next();
      else step(req, res, (refusal) => (refusal ? next(refusal) : go(index + 1)));
    };
    go(0);
  };
