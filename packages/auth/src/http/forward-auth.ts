import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config.ts';
import { AuthError } from '../kernel/auth-error.ts';
import { assertScope, type Principal, requirePrincipal } from '../kernel/principal.ts';
import type { CreateContext } from './door.ts';
import { splitUrl } from './door.ts';

interface ForwardAuthOptions {
  config: Config;
  createContext: CreateContext;
}

/**
 * Tells a reverse proxy who calls (nginx `auth_request`, Traefik ForwardAuth, Caddy `forward_auth`): 200 with the
 * principal in headers, or the failure by the error contract. With `?redirect=login`, people who open a page
 * without a session are sent to the login page instead. It answers every request of the services behind the
 * proxy, so nothing stands between it and the session check.
 */
export const createForwardAuth = ({ config, createContext }: ForwardAuthOptions) => {
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('Allow', 'GET, HEAD');
      throw new AuthError('METHOD_NOT_ALLOWED');
    }
    const outcome = await createContext(req, res).authenticate({ countsAsActivity: true });
    if (outcome.kind !== 'active' && wantsLoginPage(req)) {
      res.writeHead(302, { Location: loginPage(req, config.publicUrl), 'Cache-Control': 'no-store' }).end();
      return;
    }
    const principal = requirePrincipal(outcome);
    assertScope(principal, 'services');
    res.writeHead(200, headersOf(principal)).end();
  };
};

/** Ids and a role: safe in a header, whatever the name or the address of the user is. */
const headersOf = ({ user, session }: Principal) => ({
  'X-Auth-User': user.id,
  'X-Auth-Session': session.id,
  'X-Auth-Role': user.role,
  'Cache-Control': 'no-store',
  'Content-Length': 0,
});

const wantsLoginPage = (req: IncomingMessage): boolean =>
  new URLSearchParams(splitUrl(req).search).get('redirect') === 'login' &&
  (req.headers.accept?.includes('text/html') ?? false);

/** Back to where they were, if that is on the origin of the login page; it judges the target once more. */
const loginPage = ({ headers }: IncomingMessage, publicUrl: URL): string => {
  const { 'x-forwarded-uri': uri, 'x-forwarded-host': host } = headers;
  const isHere = typeof uri === 'string' && host === publicUrl.host;
  return `${publicUrl.origin}/login${isHere ? `?next=${encodeURIComponent(uri)}` : ''}`;
};
