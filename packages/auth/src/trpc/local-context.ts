import type { Authentication, Caller } from '../kernel/principal.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Context } from './context.ts';

/** How a caller in the same process shows up in the list of sessions. */
export interface Device {
  userAgent?: string;
  ipAddress?: string;
  /** A session token to start with, for example out of a request's cookie. */
  sessionToken?: string;
}

interface LocalContextOptions {
  secrets: Secrets;
  authenticate(token: string | null, options: { caller: Caller; countsAsActivity: boolean }): Promise<Authentication>;
  device?: Device | undefined;
}

/** Contexts for one caller in the same process: it keeps its session from call to call, as a browser does. */
export const createLocalContext = ({ secrets, authenticate, device = {} }: LocalContextOptions): (() => Context) => {
  const jar: { token: string | null } = { token: device.sessionToken ?? null };
  return () => {
    const caller = {
      ipAddress: device.ipAddress ?? null,
      userAgent: device.userAgent ?? null,
      traceId: secrets.createTraceId(),
    };
    const sessionToken = jar.token;
    return {
      caller,
      sessionToken,
      cookie: {
        set: (token) => {
          jar.token = token;
        },
        clear: () => {
          jar.token = null;
        },
      },
      authenticate: ({ countsAsActivity }) => authenticate(sessionToken, { caller, countsAsActivity }),
    };
  };
};
