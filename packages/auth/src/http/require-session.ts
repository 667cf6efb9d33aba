import type { Role } from '@latchkey/contract';
import type { Request, RequestHandler } from 'express';
import { AuthError } from '../kernel/auth-error.ts';
import type { Kernel } from '../kernel/module.ts';
import { type Principal, requirePrincipal } from '../kernel/principal.ts';
import { cookiePolicy, readSessionToken } from './cookies.ts';
import { logError, sendError } from './error-handler.ts';
import type { HttpOptions } from './express.ts';
import { callerOf, traceId, traceIdOf } from './request-scope.ts';

/** What a guarded route of the host asks of the session besides being active. */
export interface RequireSessionOptions {
  role?: Role;
  /** The password was proved within the re-authentication window. */
  recent?: boolean;
}

/** A request that went through `requireSession()`. */
export interface AuthenticatedRequest extends Request {
  auth: Principal;
}

/**
 * Guards routes of the host app: lets requests with an active session through, with the principal at
 * `req.auth`, and answers all others with the error contract.
 */
export const requireSession = (
  { config, logger, secrets }: Kernel,
  authenticate: HttpOptions['authenticate'],
  { role, recent = false }: RequireSessionOptions,
): RequestHandler => {
  const cookies = cookiePolicy(config.publicUrl);
  const giveTraceId = traceId(secrets);

  const check = async (req: Request, caller: Principal['caller']): Promise<Principal> => {
    const token = readSessionToken(req.headers.cookie, cookies);
    const principal = requirePrincipal(await authenticate(token, { caller, countsAsActivity: true }));
    if (role !== undefined && principal.user.role !== role) throw new AuthError('FORBIDDEN');
    if (recent && !principal.isRecent) throw new AuthError('REAUTH_REQUIRED');
    return principal;
  };

  return (req, res, next) => {
    giveTraceId(req, res, async () => {
      try {
        (req as AuthenticatedRequest).auth = await check(req, callerOf(req, res));
      } catch (error) {
        logError(logger, error, traceIdOf(res));
        return sendError(res, error);
      }
      next();
    });
  };
};
