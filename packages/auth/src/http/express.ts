import type { AnyTRPCRouter } from '@trpc/server';
import express, { type RequestHandler, type Router } from 'express';
import type { Kernel } from '../kernel/module.ts';
import type { Authentication, Caller } from '../kernel/principal.ts';
import { createAdmission } from './admission.ts';
import { cookiePolicy, createSessionCookie, readSessionToken } from './cookies.ts';
import type { CreateContext, Door } from './door.ts';
import { type ErrorFormat, failWith, restFormat, trpcFormat } from './error-handler.ts';
import { describeApi } from './openapi.ts';
import { callerOf } from './request-scope.ts';
import { createRestBridge } from './rest-bridge.ts';
import { sendJson } from './send-json.ts';
import { swaggerUi } from './swagger-ui.ts';
import { createTrpcDoor } from './trpc-door.ts';

export interface HttpOptions {
  kernel: Kernel;
  router: AnyTRPCRouter;
  authenticate(token: string | null, options: { caller: Caller; countsAsActivity: boolean }): Promise<Authentication>;
}

/**
 * All doors over HTTP in one Express router: `/trpc`, `/api/v1` and `/docs`. Other paths are left alone. Behind
 * it no further Express layers stand: each costs more than what it does.
 */
export const createExpressRouter = ({ kernel, router, authenticate }: HttpOptions): Router => {
  const { config, logger, clock } = kernel;
  const cookies = cookiePolicy(config.publicUrl);
  const admit = createAdmission(kernel, cookies);

  const createContext: CreateContext = (req, res) => {
    const caller = callerOf(req, res);
    const sessionToken = readSessionToken(req.headers.cookie, cookies);
    return {
      caller,
      sessionToken,
      cookie: createSessionCookie(res, cookies, () => clock.now()),
      authenticate: ({ countsAsActivity }) => authenticate(sessionToken, { caller, countsAsActivity }),
    };
  };

  const behind = (prefix: string, door: Door, format: ErrorFormat): RequestHandler => {
    const fail = failWith(logger, format);
    return (req, res, next) => {
      const path = pathOf(req.url);
      if (!path.startsWith(prefix)) return next();
      admit(req, res, (refusal: unknown) => {
        if (refusal) return fail(refusal, res);
        door(req, res, path.slice(prefix.length - 1)).catch((error: unknown) => fail(error, res));
      });
    };
  };

  const doors = express.Router({ caseSensitive: true });
  const rest = withDocument(createRestBridge(router, createContext), () =>
    describeApi(router, { publicUrl: config.publicUrl, cookies }),
  );
  doors.use(behind('/api/v1/', rest, restFormat));
  doors.use(behind('/trpc/', createTrpcDoor({ router, createContext, logger }), trpcFormat));
  doors.use('/docs', swaggerUi(config.publicUrl.protocol === 'https:'));
  return doors;
};

const pathOf = (url: string): string => {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
};

/** Serves the OpenAPI document, too, which is worked out when it is first asked for. */
const withDocument = (rest: Door, describe: () => object): Door => {
  const kept: { document?: object } = {};
  return async (req, res, path) => {
    if (path !== '/openapi.json' || req.method !== 'GET') return rest(req, res, path);
    kept.document ??= describe();
    sendJson(res, 200, kept.document);
  };
};
