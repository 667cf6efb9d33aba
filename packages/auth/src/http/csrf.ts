import type { Config } from '../config.ts';
import { AuthError } from '../kernel/auth-error.ts';
import { readBearer } from './bearer.ts';
import type { CookiePolicy } from './cookies.ts';
import type { Step } from './door.ts';

/** Whose pages may call. */
export type Origins = Pick<Config, 'publicUrl' | 'corsOrigins'>;

interface CsrfOptions {
  /** Those by which a browser shows who calls. */
  cookies: readonly CookiePolicy[];
  /** Whether `Authorization: Bearer` says who calls. No page makes a browser send it without having asked (CORS). */
  takesBearers: boolean;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site makes a browser send (OWASP ASVS 3.5.1): the browser itself says where a request
 * comes from, in `Sec-Fetch-Site` or in `Origin`. A request that changes something, carries the session cookie
 * and says neither is refused as well. A sibling subdomain is another origin.
 */
export const csrfProtection = ({ publicUrl, corsOrigins }: Origins, { cookies, takesBearers }: CsrfOptions): Step => {
  const allowed = new Set([publicUrl.origin, ...corsOrigins]);
  // Without TLS there is no Sec-Fetch-Site beyond localhost; there, the host that was asked for counts as the own one.
  const isOwnHost = (origin: string, host: string | undefined) =>
    publicUrl.protocol === 'http:' && host !== undefined && origin === `http://${host}`;

  const refusal = () =>
    new AuthError('ORIGIN_REFUSED', {
      message: `Send the header "Origin: ${publicUrl.origin}" with a request that changes something.`,
    });

  return (req, _res, next) => {
    if (SAFE_METHODS.has(req.method ?? '')) return next();
    const site = req.headers['sec-fetch-site'];
    if (site === 'same-origin' || (takesBearers && readBearer(req) !== null)) return next();
    const { origin, host } = req.headers;
    if (origin !== undefined) {
      return allowed.has(origin) || isOwnHost(origin, host) ? next() : next(refusal());
    }
    const isFromAnotherSite = site !== undefined && site !== 'none';
    const carriesCookie = cookies.some(({ name }) => req.headers.cookie?.includes(name));
    if (isFromAnotherSite || carriesCookie) {
      return next(refusal());
    }
    return next();
  };
};
