import { toAddress } from '../kernel/address.ts';
import type { Limits } from '../kernel/limits/limits.ts';
import type { Metrics } from '../kernel/metrics/metrics.ts';
import type { Authenticate } from '../kernel/principal.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Tracer } from '../kernel/tracer.ts';
import type { Context } from './context.ts';

/** How a caller in the same process shows up in the list of sessions. */
export interface LocalCaller {
  userAgent?: string | undefined;
  ipAddress?: string | undefined;
  /** A session token to start with, for example out of a request's cookie. */
  sessionToken?: string;
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
  const jar: { token: string | null; deviceToken: string | null } = {
    token: given.sessionToken ?? null,
    deviceToken: given.deviceToken ?? null,
  };
  return () => {
    const caller = {
      ipAddress: toAddress(given.ipAddress),
      userAgent: given.userAgent ?? null,
      traceId: secrets.createTraceId(),
    };
    const sessionToken = jar.token;
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
          jar.token = null;
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
        authenticate(sessionToken, { caller, countsAsActivity, source: source ?? 'local' }),
    };
  };
};
