import { toAddress } from '../kernel/address.ts';
import type { Limits } from '../kernel/limits/limits.ts';
import type { Metrics } from '../kernel/metrics/metrics.ts';
import { type Authenticate, credentialOf } from '../kernel/principal.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Tracer } from '../kernel/tracer.ts';
import type { Context } from './context.ts';

/** How a caller in the same process shows up in the list of sessions. */
export interface LocalCaller {
  userAgent?: string | undefined;
  ipAddress?: string | undefined;
  /** A session token to start with, for example out of a request's cookie. */
  sessionToken?: string;
  /** What stands behind `Authorization: Bearer`: an access token or an app token. It counts, whatever else there is. */
  bearerToken?: string;
  /** What makes a device known, to start with. */
  deviceToken?: string;
}

interface LocalContextOptions {
  secrets: Secrets;
  limits: Limits;
  metrics: Metrics;
  tracer: Tracer;
  authenticate: Authenticate;
  caller?: LocalCaller | undefined;
}

/** Contexts for one caller in the same process: it keeps its session from call to call, as a browser does. */
export const createLocalContext = ({
  secrets,
  limits,
  metrics,
  tracer,
  authenticate,
  caller: given = {},
}: LocalContextOptions): (() => Context) => {
  const jar: { token: string | null; deviceToken: string | null; refreshToken: string | null } = {
    token: given.sessionToken ?? null,
    deviceToken: given.deviceToken ?? null,
    refreshToken: null,
  };
  const { bearerToken } = given;
  return () => {
    const caller = {
      ipAddress: toAddress(given.ipAddress),
      userAgent: given.userAgent ?? null,
      traceId: secrets.createTraceId(),
    };
    const sessionToken = bearerToken === undefined ? jar.token : null;
    const credential = credentialOf(bearerToken ?? null, sessionToken);
    return {
      caller,
      traceparent: null,
      metrics,
      tracer,
      sessionToken,
      cookie: {
        set: (token) => {
          jar.token = token;
        },
        clear: () => {
          // A cookie that did not count is left alone.
          if (bearerToken === undefined) jar.token = null;
        },
      },
      refreshToken: jar.refreshToken,
      refreshCookie: {
        set: (token) => {
          jar.refreshToken = token;
        },
        clear: () => {
          jar.refreshToken = null;
        },
      },
      deviceToken: jar.deviceToken,
      deviceCookie: {
        set: (token) => {
          jar.deviceToken = token;
        },
      },
      limits,
      // Code of one's own that does not say for whom it calls is no stranger to be counted.
      network: () => (caller.ipAddress === null ? null : limits.networkOf(caller.ipAddress)),
      authenticate: ({ countsAsActivity, source }) =>
        authenticate(credential, { caller, countsAsActivity, source: source ?? 'local' }),
    };
  };
};
