import { isToken } from '../kernel/secrets.ts';
import type { DeviceCookie, TokenCookie } from '../trpc/context.ts';

/** Name and attributes of a cookie (RFC 6265bis §4.1). */
export interface CookiePolicy {
  name: string;
  attributes: string;
}

/** `__Host-` binds a cookie to this very host, so that a sibling subdomain cannot plant one; it needs https. */
export const cookiePolicy = (publicUrl: URL, holder: 'session' | 'device' = 'session'): CookiePolicy => {
  const isSecure = publicUrl.protocol === 'https:';
  return {
    name: `${isSecure ? '__Host-' : ''}latchkey_${holder}`,
    attributes: `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`,
  };
};

/** Where a refresh token is sent to, and nowhere else: by its route, and by the name of its procedure. */
const REFRESH_PATHS = ['/api/v1/auth/refresh', '/trpc/tokens.refresh'];

/** The same cookie for each of those paths; a path of its own forbids `__Host-`. It never has to cross sites. */
export const refreshCookiePolicies = (publicUrl: URL): [CookiePolicy, ...CookiePolicy[]] => {
  const isSecure = publicUrl.protocol === 'https:';
  const policyFor = (path: string) => ({
    name: `${isSecure ? '__Secure-' : ''}latchkey_refresh`,
    attributes: `Path=${path}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`,
  });
  const [first = '', ...others] = REFRESH_PATHS;
  return [policyFor(first), ...others.map(policyFor)];
};

/** The name of the session cookie of a service that is reached at this address. */
export const sessionCookieName = (publicUrl: URL): string => cookiePolicy(publicUrl).name;

/** The token in a `Cookie` header, or null when it is absent, malformed or sent twice with different values. */
export const readToken = (header: string | undefined, { name }: CookiePolicy): string | null => {
  if (header === undefined) return null;
  const found = new Set<string>();
  for (const pair of header.split(';')) {
    const separator = pair.indexOf('=');
    if (separator > 0 && trimmed(pair.slice(0, separator)) === name) found.add(trimmed(pair.slice(separator + 1)));
  }
  const [token] = found;
  return token !== undefined && found.size === 1 && isToken(token) ? token : null;
};

/** Space and tab only: JavaScript's `trim` would make `\u00a0__Host-…`, which anybody may set, look like our name. */
const trimmed = (text: string): string => {
  let start = 0;
  let end = text.length;
  // A regular expression would look at a long run of spaces once for each of them.
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
};

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

interface HeaderSink {
  appendHeader(name: string, value: string): unknown;
}

/** A cookie of one answer that holds a secret; under several policies it is set for several paths. */
export const createTokenCookie = (
  answer: HeaderSink,
  policies: readonly CookiePolicy[],
  now: () => Date,
): TokenCookie => ({
  set: (token, expiresAt) => {
    const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - now().getTime()) / 1000));
    for (const { name, attributes } of policies)
      answer.appendHeader('Set-Cookie', `${name}=${token}; ${attributes}; Max-Age=${maxAge}`);
  },
  clear: () => {
    for (const { name, attributes } of policies)
      answer.appendHeader('Set-Cookie', `${name}=; ${attributes}; Max-Age=0`);
  },
});

/** 400 days, the longest that browsers keep a cookie (RFC 6265bis §5.5). */
const DEVICE_SECONDS = 34_560_000;

/** The device cookie of one answer. */
export const createDeviceCookie = (answer: HeaderSink, { name, attributes }: CookiePolicy): DeviceCookie => ({
  set: (token) => {
    answer.appendHeader('Set-Cookie', `${name}=${token}; ${attributes}; Max-Age=${DEVICE_SECONDS}`);
  },
});
