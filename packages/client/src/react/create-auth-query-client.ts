import type { ErrorCode } from '@latchkey/contract';
import { hashKey, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import { AuthApiError } from '../auth-api-error.ts';
import { authApi } from './trpc.ts';

const MAX_RETRIES = 2;
const STALE_AFTER_MS = 5000;

/** Answers which say that what this page knows about its user no longer holds. */
const SAYS_ELSE: ReadonlySet<ErrorCode> = new Set(['UNAUTHENTICATED', 'SESSION_ENDED', 'FORBIDDEN']);

/** Only what may be better the next time is tried again: the service was away or busy. */
const isWorthARetry = (failures: number, error: unknown): boolean =>
  failures < MAX_RETRIES && error instanceof AuthApiError && error.code === 'UNAVAILABLE';

/**
 * A query client for an app whose data come from Latchkey: whichever call first hears that the session is over,
 * `useSession` learns it; only what may be better the next time is tried again.
 */
export const createAuthQueryClient = (): QueryClient => {
  const me = getQueryKey(authApi.auth.me, undefined, 'query');
  const askAgainWhoIAm = (error: Error) => {
    if (error instanceof AuthApiError && SAYS_ELSE.has(error.code)) void client.invalidateQueries({ queryKey: me });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { queryHash }) => {
        if (queryHash !== hashKey(me)) askAgainWhoIAm(error);
      },
    }),
    mutationCache: new MutationCache({ onError: askAgainWhoIAm }),
    defaultOptions: {
      // Offline, a call should fail and say so; the default is to wait in silence.
      queries: { retry: isWorthARetry, staleTime: STALE_AFTER_MS, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
};
