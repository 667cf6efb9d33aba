import type { Auth } from '../create-auth.ts';
import { errorHandler, notFound } from '../http/error-handler.ts';
import { traceId } from '../http/request-scope.ts';
import { requireSession } from '../http/require-session.ts';
import { type Logger, silentLogger, systemClock } from '../kernel/ports.ts';
import { Secrets } from '../kernel/secrets.ts';
import { type Fetch, RemoteSessionCheck } from './remote-session-check.ts';

export interface RemoteAuthOptions {
  /** Where this process reaches the service, for example `http://latchkey:4000`. */
  url: string;
  /** Where people reach it; names the cookie. Default: `url`. */
  publicUrl?: string;
  /** Exact origins, besides the public one, whose pages may call this app with the session of their user. */
  corsOrigins?: string[];
  logger?: Logger;
  /** Default: the platform's own. */
  fetch?: Fetch;
}

/** The guard of a Latchkey that runs elsewhere. */
export type RemoteAuth = Pick<Auth, 'requireSession' | 'notFound'>;

/**
 * Guards the routes of an app with the sessions of a Latchkey service that runs elsewhere. `requireSession()` and
 * `principalOf(req)` are those of the embedded one, so that moving out to a service changes one line.
 * @example
 * const auth = connectAuth({ url: 'http://latchkey:4000', publicUrl: 'https://app.example.com' });
 * app.get('/hello', auth.requireSession(), (req, res) => res.json(principalOf(req).user));
 */
export const connectAuth = (options: RemoteAuthOptions): RemoteAuth => {
  const { url, publicUrl = url, corsOrigins = [], logger = silentLogger, fetch = globalThis.fetch } = options;
  const surroundings = {
    config: { publicUrl: new URL(publicUrl), corsOrigins },
    logger,
    secrets: new Secrets(systemClock),
    takesBearers: true,
  };
  const check = new RemoteSessionCheck({ url: url.replace(/\/$/, ''), fetch });
  return {
    requireSession: (requirements = {}) =>
      requireSession(surroundings, (credential, { caller }) => check.authenticate(credential, caller), requirements),
    notFound: () => [traceId(surroundings.secrets), notFound, errorHandler(logger)],
  };
};
