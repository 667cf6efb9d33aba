import type { Role, Scope } from '@latchkey/contract';
import express, { type Request, type RequestHandler, type Router } from 'express';
import type { Config } from '../config.ts';
import { AuthError } from '../kernel/auth-error.ts';
import type { Logger } from '../kernel/ports.ts';
import {
  type Authenticate,
  assertRecent,
  assertScope,
  credentialOf,
  type Principal,
  requirePrincipal,
} from '../kernel/principal.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { readBearer } from './bearer.ts';
import { cookiePolicy, readToken } from './cookies.ts';
import { csrfProtection, type Origins } from './csrf.ts';
import { errorHandler } from './error-handler.ts';
import { expressAddress } from './express.ts';
import { callerOf, traceId } from './request-scope.ts';

/** What a guarded route of the host asks of the session besides being active. */
export interface RequireSessionOptions {
  /** Exactly this role: `user` lets no administrator through. */
  role?: Role;
  /** The password was proved within the re-authentication window. */
  recent?: boolean;
  /** What an app token has to be made for. Default: `services`. */
  scope?: Scope;
}

/**
 * Who calls, on a route behind `requireSession()`.
 * @throws Error when the route has no such guard
 */
export const principalOf = (req: Request): Principal => {
  const principal = (req as GuardedRequest)[PRINCIPAL];
  if (principal === undefined) throw new Error('Put auth.requireSession() in front of this route');
  return principal;
};

/** A symbol, because other middleware puts things of its own under names like `auth` and `user`. */
const PRINCIPAL = Symbol('latchkey.principal');

interface GuardedRequest extends Request {
  [PRINCIPAL]?: Principal;
}

/** Where the guard stands: at the service itself, or in an app elsewhere that asks it. */
interface Surroundings {
  config: Origins & Pick<Config, 'sessionCookies'>;
  logger: Logger;
  secrets: Secrets;
  /** Whether `Authorization: Bearer` may say who calls. */
  takesBearers: boolean;
}

/**
 * Guards routes of the host app: lets requests with an active session through, with the principal for
 * `principalOf(req)`, and answers all others with the error contract. What another site makes a browser send
 * is refused here as it is at our own doors.
 */
export const requireSession = (
  { config, logger, secrets, takesBearers }: Surroundings,
  authenticate: Authenticate,
  { role, recent = false, scope = 'services' }: RequireSessionOptions,
): Router => {
  const cookies = cookiePolicy(config.publicUrl);

  const identify: RequestHandler = async (req, res, next) => {
    const bearerToken = takesBearers ? readBearer(req) : null;
    const cookieToken = config.sessionCookies ? readToken(req.headers.cookie, cookies) : null;
    const caller = callerOf(req, res, expressAddress);
    const outcome = await authenticate(credentialOf(bearerToken, cookieToken), {
      caller,
      countsAsActivity: true,
      source: 'guard',
    });
    const principal = requirePrincipal(outcome);
    assertScope(principal, scope);
    if (role !== undefined && principal.user.role !== role) throw new AuthError('FORBIDDEN');
    if (recent) assertRecent(principal);
    (req as GuardedRequest)[PRINCIPAL] = principal;
    next();
  };

  const guard = express.Router();
  guard.use(
    traceId(secrets),
    csrfProtection(config, { cookies: [cookies], takesBearers }),
    identify,
    errorHandler(logger),
  );
  return guard;
};
