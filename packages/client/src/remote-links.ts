import type { AppRouter } from '@latchkey/auth/app-router';
import { httpBatchLink, httpSubscriptionLink, splitLink, type TRPCLink } from '@trpc/client';
import { EventSource, type EventSourceInit } from 'eventsource';
import { type Fetch, keepsCookies, withCookieJar } from './cookie-jar.ts';
import { errorLink, withoutDirectionLink } from './links.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { parseServiceUrl } from './service-url.ts';
import { TokenKeeper, type TokenOptions } from './tokens/token-keeper.ts';
import { tokenLinks } from './tokens/token-links.ts';

/** Reaches the service over HTTP. */
export interface RemoteOptions {
  /** Where the service is, for example `https://auth.example.com`; `''` for the origin of the page. */
  url: string;
  /** Sent along with each call. */
  headers?: Record<string, string>;
  /** Default: the platform's own. */
  fetch?: Fetch;
  /** Shows who calls by tokens instead of the session cookie; a keeper where something else uses them, too. */
  tokens?: TokenOptions | TokenKeeper;
}

/** Calls that are made together travel together, as many as the service takes in one batch. */
const MAX_BATCH_SIZE = 10;

/** The links of a client over HTTP. */
export const remoteLinks = (options: RemoteOptions): TRPCLink<AppRouter>[] => [
  errorLink,
  withoutDirectionLink,
  ...linksByCredential(options),
];

const linksByCredential = (options: RemoteOptions): TRPCLink<AppRouter>[] => {
  const { url, headers = {}, fetch = globalThis.fetch, tokens } = options;
  const base = parseServiceUrl(url);
  if (base === '' && !keepsCookies())
    throw new Error('Outside a browser the client needs the full address of the service.');
  const send: Fetch = keepsCookies()
    ? (input, init) => fetch(input, { ...init, credentials: 'include' })
    : withCookieJar(fetch, base);
  const target = `${base}/trpc`;
  if (tokens === undefined) return [cookieLink({ target, headers, send })];
  const keeper = tokens instanceof TokenKeeper ? tokens : new TokenKeeper({ url: base, fetch, ...tokens });
  return tokenLinks({ keeper, target, headers, maxBatchSize: MAX_BATCH_SIZE, fetch, fetchWithCookies: send });
};

interface CookieLinkOptions {
  target: string;
  headers: Record<string, string>;
  send: Fetch;
}

const cookieLink = ({ target, headers, send }: CookieLinkOptions): TRPCLink<AppRouter> => {
  const fetchStream: EventSourceInit['fetch'] = (input, init) =>
    send(input, { ...init, headers: { ...init.headers, ...headers } } as RequestInit);
  return splitLink({
    condition: ({ type }) => type === 'subscription',
    // The one of the platform can neither send headers nor keep cookies outside a browser.
    true: httpSubscriptionLink({ url: target, EventSource, eventSourceOptions: { fetch: fetchStream } }),
    false: httpBatchLink({
      url: target,
      maxItems: MAX_BATCH_SIZE,
      headers,
      fetch: (input, init) => refuseForeign(send)(input, init as RequestInit),
    }),
  });
};
