import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyTRPCRouter } from '@trpc/server';
import type { CheckSource } from '../kernel/metrics/labels.ts';
import type { Kernel, PublicDocument } from '../kernel/module.ts';
import { type Authenticate, credentialOf } from '../kernel/principal.ts';
import { createAdmission } from './admission.ts';
import { readBearer } from './bearer.ts';
import { cookiePolicy, createDeviceCookie, createTokenCookie, readToken, refreshCookiePolicies } from './cookies.ts';
import { type AddressOf, type CreateContext, type Door, splitUrl } from './door.ts';
import { type ErrorFormat, failWith, restFormat, trpcFormat } from './error-handler.ts';
import { createForwardAuth } from './forward-auth.ts';
import { describeApi } from './openapi.ts';
import { servePublicDocument } from './public-document.ts';
import { callerOf, traceId, traceparentOf } from './request-scope.ts';
import { createRestBridge } from './rest-bridge.ts';
import { sendText } from './send-json.ts';
import { createTrpcDoor } from './trpc-door.ts';

export interface HttpOptions {
  kernel: Kernel;
  router: AnyTRPCRouter;
  authenticate: Authenticate;
  /** What is served besides the API. */
  documents: readonly PublicDocument[];
}

/** Not limited per address: all of its requests come from the proxy. */
const FORWARD_AUTH = '/api/v1/auth/forward';

/** Takes a request that belongs to the API; answers false for all others, which it leaves alone. */
export type Doors = (req: IncomingMessage, res: ServerResponse) => boolean;

/** `/trpc` and `/api/v1`, on Node's own request and answer: no framework stands between socket and procedure. */
export const createDoors = ({ kernel, router, authenticate, documents }: HttpOptions, addressOf: AddressOf): Doors => {
  const { config, logger, clock, limits, metrics, tracer, bearers } = kernel;
  const cookies = cookiePolicy(config.publicUrl);
  const deviceCookies = cookiePolicy(config.publicUrl, 'device');
  const refreshCookies = refreshCookiePolicies(config.publicUrl);
  const admit = createAdmission(kernel, [cookies, refreshCookies[0]], addressOf);
  const now = () => clock.now();

  const contextAt =
    (door: CheckSource): CreateContext =>
    (req, res) => {
      const caller = callerOf(req, res, addressOf);
      const bearerToken = bearers.isEmpty ? null : readBearer(req);
      const cookieToken = config.sessionCookies ? readToken(req.headers.cookie, cookies) : null;
      const sessionToken = bearerToken === null ? cookieToken : null;
      if (bearerToken !== null && cookieToken !== null)
        logger.info({ traceId: caller.traceId }, 'A request has a bearer token and a cookie: the bearer token counts');
      const credential = credentialOf(bearerToken, sessionToken);
      const cookie = createTokenCookie(res, config.sessionCookies ? [cookies] : [], now);
      return {
        caller,
        traceparent: traceparentOf(req),
        metrics,
        tracer,
        sessionToken,
        // A cookie that did not count is left alone, whatever becomes of the session of the bearer token.
        cookie: bearerToken === null ? cookie : { ...cookie, clear: () => {} },
        // Whoever shows a bearer token is not asked for an origin, so no cookie acts beside it.
        refreshToken: bearerToken === null ? readToken(req.headers.cookie, refreshCookies[0]) : null,
        refreshCookie: createTokenCookie(res, bearers.isEmpty ? [] : refreshCookies, now),
        deviceToken: readToken(req.headers.cookie, deviceCookies),
        deviceCookie: createDeviceCookie(res, deviceCookies),
        limits,
        network: () => limits.networkOf(caller.ipAddress),
        authenticate: ({ countsAsActivity, source = door }) =>
          authenticate(credential, { caller, countsAsActivity, source }),
      };
    };

  const behind = (prefix: string, door: Door, format: ErrorFormat) => ({
    prefix,
    door,
    fail: failWith(logger, format),
  });
  const describe = () => describeApi(router, { publicUrl: config.publicUrl, cookies, takesBearers: !bearers.isEmpty });
  const doors = [
    behind(
      '/api/v1',
      withDocument(createRestBridge({ router, createContext: contextAt('rest'), logger }), describe),
      restFormat,
    ),
    behind('/trpc', createTrpcDoor({ router, createContext: contextAt('trpc'), logger }), trpcFormat),
  ];

  const giveTraceId = traceId(kernel.secrets);
  const forwardAuth = createForwardAuth({ config, createContext: contextAt('forward') });
  const failRest = failWith(logger, restFormat);

  const servesDocument = (req: IncomingMessage, res: ServerResponse, path: string): boolean => {
    const document = documents.find((candidate) => candidate.path === path);
    if (document === undefined) return false;
    giveTraceId(req, res, () =>
      servePublicDocument(document, req, res).catch((error: unknown) => failRest(error, res)),
    );
    return true;
  };

  return (req, res) => {
    const { path } = splitUrl(req);
    if (path === FORWARD_AUTH) {
      giveTraceId(req, res, () => forwardAuth(req, res).catch((error: unknown) => failRest(error, res)));
      return true;
    }
    const found = doors.find(({ prefix }) => path.startsWith(`${prefix}/`));
    if (found === undefined) return servesDocument(req, res, path);
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
