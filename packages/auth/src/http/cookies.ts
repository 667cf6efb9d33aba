import { isToken } from '../kernel/secrets.ts';
import type { DeviceCookie, SessionCookie } from '../trpc/context.ts';

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
const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');

interface HeaderSink {
  appendHeader(name: string, value: string): unknown;
}

/** The session cookie of one answer. */
export const createSessionCookie = (
  answer: HeaderSink,
  { name, attributes }: CookiePolicy,
  now: () => Date,
): SessionCookie => ({
  set: (token, expiresAt) => {
    const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - now().getTime()) / 1000));
    answer.appendHeader('Set-Cookie', `${name}=${token}; ${attributes}; Max-Age=${maxAge}`);
  },
  clear: () => {
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
