import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyTRPCRouter } from '@trpc/server';
import type { Kernel } from '../kernel/module.ts';
import type { Authentication, Caller } from '../kernel/principal.ts';
import { createAdmission } from './admission.ts';
import { cookiePolicy, createDeviceCookie, createSessionCookie, readToken } from './cookies.ts';
import { type AddressOf, type CreateContext, type Door, splitUrl } from './door.ts';
import { type ErrorFormat, failWith, restFormat, trpcFormat } from './error-handler.ts';
import { createForwardAuth } from './forward-auth.ts';
import { describeApi } from './openapi.ts';
import { callerOf, traceId } from './request-scope.ts';
import { createRestBridge } from './rest-bridge.ts';
import { sendText } from './send-json.ts';
import { createTrpcDoor } from './trpc-door.ts';

export interface HttpOptions {
  kernel: Kernel;
  router: AnyTRPCRouter;
  authenticate(token: string | null, options: { caller: Caller; countsAsActivity: boolean }): Promise<Authentication>;
}

/** Not limited per address: all of its requests come from the proxy. */
const FORWARD_AUTH = '/api/v1/auth/forward';

/** Takes a request that belongs to the API; answers false for all others, which it leaves alone. */
export type Doors = (req: IncomingMessage, res: ServerResponse) => boolean;

/** `/trpc` and `/api/v1`, on Node's own request and answer: no framework stands between socket and procedure. */
export const createDoors = ({ kernel, router, authenticate }: HttpOptions, addressOf: AddressOf): Doors => {
  const { config, logger, clock, limits } = kernel;
  const cookies = cookiePolicy(config.publicUrl);
  const deviceCookies = cookiePolicy(config.publicUrl, 'device');
  const admit = createAdmission(kernel, cookies, addressOf);

  const createContext: CreateContext = (req, res) => {
    const caller = callerOf(req, res, addressOf);
    const sessionToken = readToken(req.headers.cookie, cookies);
    return {
      caller,
      sessionToken,
      cookie: createSessionCookie(res, cookies, () => clock.now()),
      deviceToken: readToken(req.headers.cookie, deviceCookies),
      deviceCookie: createDeviceCookie(res, deviceCookies),
      limits,
      network: () => limits.networkOf(caller.ipAddress),
      authenticate: ({ countsAsActivity }) => authenticate(sessionToken, { caller, countsAsActivity }),
    };
  };

  const behind = (prefix: string, door: Door, format: ErrorFormat) => ({
    prefix,
    door,
    fail: failWith(logger, format),
  });
  const describe = () => describeApi(router, { publicUrl: config.publicUrl, cookies });
  const doors = [
    behind('/api/v1', withDocument(createRestBridge({ router, createContext, logger }), describe), restFormat),
    behind('/trpc', createTrpcDoor({ router, createContext, logger }), trpcFormat),
  ];

  const giveTraceId = traceId(kernel.secrets);
  const forwardAuth = createForwardAuth({ config, createContext });
  const failRest = failWith(logger, restFormat);

  return (req, res) => {
    const { path } = splitUrl(req);
    if (path === FORWARD_AUTH) {
      giveTraceId(req, res, () => forwardAuth(req, res).catch((error: unknown) => failRest(error, res)));
      return true;
    }
    const found = doors.find(({ prefix }) => path.startsWith(`${prefix}/`));
    if (found === undefined) return false;
    admit(req, res, (refusal) => {
      if (refusal) return found.fail(refusal, res);
      found.door(req, res, path.slice(found.prefix.length)).catch((error: unknown) => found.fail(error, res));
    });
    return true;
  };
};

/** Serves the OpenAPI document, too, which is worked out when it is first asked for. */
const withDocument = (rest: Door, describe: () => object): Door => {
  // As text: it is long, and anybody may ask for it as often as they like.
  const kept: { document?: string } = {};
  return async (req, res, path) => {
    if (path !== '/openapi.json' || (req.method !== 'GET' && req.method !== 'HEAD')) return rest(req, res, path);
    kept.document ??= JSON.stringify(describe());
    sendText(res, 200, kept.document);
  };
};
