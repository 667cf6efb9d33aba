/** `fetch` as this client needs it. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Node and its like have `fetch`, but nobody who keeps cookies. */
export const keepsCookies = (): boolean =>
  !('process' in globalThis && typeof globalThis.process?.versions?.node === 'string');

/**
 * Keeps the session cookie where no browser does it: in memory, for one service. It sends the `Origin` that
 * the service asks for along with a cookie; where the service is reached by another address than its public
 * one, say the public one in `headers: { origin }`.
 */
export const withCookieJar = (fetch: Fetch, serviceUrl: string): Fetch => {
  const cookies = new Map<string, string>();
  const { origin } = new URL(serviceUrl);
  return async (url, init) => {
    const headers = new Headers(init?.headers);
    if (!headers.has('origin')) headers.set('origin', origin);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) store(cookies, line);
    return response;
  };
};

const store = (cookies: Map<string, string>, line: string): void => {
  const [pair = '', ...attributes] = line.split(';');
  const separator = pair.indexOf('=');
  const name = pair.slice(0, separator).trim();
  const isGone = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
  if (isGone) cookies.delete(name);
  else cookies.set(name, pair.slice(separator + 1).trim());
};
