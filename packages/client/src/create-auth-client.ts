import type { AppRouter } from '@latchkey/auth/app-router';
import { createTRPCClient, type TRPCClient, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { localLinks } from './local-links.ts';
import { type RemoteOptions, remoteLinks } from './remote-links.ts';

/** What the client needs of `createAuth()`, without knowing the package. */
export interface LocalAuth {
  router: AnyTRPCRouter;
  createLocalContext(caller?: LocalCaller): () => object;
}

/** For whom a client in the same process calls: shown in the list of sessions, and limited by this address. */
export interface LocalCaller {
  userAgent?: string | undefined;
  /** Without one it is code of your own, which is not limited by address. */
  ipAddress?: string | undefined;
  sessionToken?: string;
  deviceToken?: string;
}

/** Reaches a service in the same process. */
export interface LocalOptions {
  /** What `createAuth()` answered. */
  auth: LocalAuth;
  caller?: LocalCaller;
}

export type AuthClientOptions = RemoteOptions | LocalOptions;

/** Every procedure of the service, typed: `client.sessions.list.query({ limit: 5 })`. */
export type AuthClient = TRPCClient<AppRouter>;

/**
 * A client of Latchkey. In a browser the session lives in an httpOnly cookie that no script can read; elsewhere
 * the client keeps it in memory: there, one client is one user, so make one for each request that serves another.
 * Over HTTP or in process, the calls, results and errors are the same.
 * @throws AuthApiError from every call that fails
 * @example
 * const client = createAuthClient({ url: 'https://auth.example.com' });
 * const { user } = await client.auth.login.mutate({ email, password });
 * @example
 * const client = createAuthClient({ auth: await createAuth({ databaseUrl }) });
 */
export const createAuthClient = (options: AuthClientOptions): AuthClient =>
  createTRPCClient<AppRouter>({ links: linksOf(options) });

const linksOf = (options: AuthClientOptions): TRPCLink<AppRouter>[] =>
  'auth' in options ? linksInProcess(options) : remoteLinks(options);

const linksInProcess = ({ auth, caller }: LocalOptions): TRPCLink<AppRouter>[] =>
  localLinks({ router: auth.router, createContext: auth.createLocalContext(caller) });
