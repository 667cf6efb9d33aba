import type { AppRouter } from '@latchkey/auth/app-router';
import { createTRPCClient, httpBatchLink, type TRPCClient, type TRPCLink, unstable_localLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { type Fetch, withCookieJar } from './cookie-jar.ts';
import { errorLink, withoutDirectionLink } from './links.ts';

/** Reaches the service over HTTP. */
export interface RemoteOptions {
  /** Where the service is, for example `https://auth.example.com`; `''` for the origin of the page. */
  url: string;
  /** Sent along with each call. */
  headers?: Record<string, string>;
  /** Default: the platform's own. */
  fetch?: Fetch;
}

/** What the client needs of `createAuth()`, without knowing the package. */
export interface LocalAuth {
  router: AnyTRPCRouter;
  createLocalContext(device?: LocalDevice): () => object;
}

/** How a caller in the same process shows up in the list of sessions. */
export interface LocalDevice {
  userAgent?: string;
  ipAddress?: string;
  sessionToken?: string;
}

/** Reaches a service in the same process. */
export interface LocalOptions {
  /** What `createAuth()` answered. */
  auth: LocalAuth;
  device?: LocalDevice;
}

export type AuthClientOptions = RemoteOptions | LocalOptions;

/** Every procedure of the service, typed: `client.sessions.list.query({ limit: 5 })`. */
export type AuthClient = TRPCClient<AppRouter>;

/**
 * A client of Latchkey. In a browser the session lives in an httpOnly cookie that no script can read; elsewhere
 * the client keeps it in memory. Over HTTP or in process, the calls, results and errors are the same.
 * @throws AuthApiError from every call that fails
 * @example
 * const client = createAuthClient({ url: 'https://auth.example.com' });
 * const { user } = await client.auth.login.mutate({ email, password });
 * @example
 * const client = createAuthClient({ auth: await createAuth({ databaseUrl }) });
 */
export const createAuthClient = (options: AuthClientOptions): AuthClient =>
  createTRPCClient<AppRouter>({ links: linksOf(options) });

/** The links of a client, for those who build one with tRPC's own means. */
export const linksOf = (options: AuthClientOptions): TRPCLink<AppRouter>[] => [
  errorLink,
  withoutDirectionLink,
  'auth' in options ? localLink(options) : remoteLink(options),
];

const localLink = ({ auth, device }: LocalOptions): TRPCLink<AppRouter> => {
  const createContext = auth.createLocalContext(device);
  const link = unstable_localLink({ router: auth.router, createContext: async () => createContext() });
  // The router of the running service has more types than the wire has; at run time it is the same one.
  return link as unknown as TRPCLink<AppRouter>;
};

/** Calls that are made together travel together, as many as the service takes in one batch. */
const MAX_BATCH_SIZE = 10;

const remoteLink = ({ url, headers = {}, fetch = globalThis.fetch }: RemoteOptions): TRPCLink<AppRouter> => {
  const base = url.replace(/\/$/, '');
  const send: Fetch = keepsCookies()
    ? (input, init) => fetch(input, { ...init, credentials: 'include' })
    : withCookieJar(fetch, base);
  return httpBatchLink({
    url: `${base}/trpc`,
    maxItems: MAX_BATCH_SIZE,
    headers,
    fetch: (input, init) => send(input, init as RequestInit),
  });
};

/** Node and its like have `fetch`, but nobody who keeps cookies. */
const keepsCookies = (): boolean =>
  !('process' in globalThis && typeof globalThis.process?.versions?.node === 'string');
