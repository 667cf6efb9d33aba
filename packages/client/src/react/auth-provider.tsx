import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { AuthApiError } from '../auth-api-error.ts';
import { linksOf, type RemoteOptions } from '../create-auth-client.ts';
import { authApi } from './trpc.ts';

interface AuthProviderProps extends Partial<RemoteOptions> {
  /** The app's own, when it has one. */
  queryClient?: QueryClient;
  children: ReactNode;
}

/**
 * Gives the hooks below it a client.
 * @example
 * <AuthProvider url="https://auth.example.com"><App /></AuthProvider>
 */
export const AuthProvider = ({ url = '', headers, fetch, queryClient, children }: AuthProviderProps) => {
  const [queries] = useState(() => queryClient ?? createQueryClient());
  const [client] = useState(() =>
    authApi.createClient({ links: linksOf({ url, ...(headers && { headers }), ...(fetch && { fetch }) }) }),
  );
  return (
    <authApi.Provider client={client} queryClient={queries}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </authApi.Provider>
  );
};

const MAX_RETRIES = 2;

/** Only what may be better the next time is tried again: the service was away or busy. */
const isWorthARetry = (failures: number, error: unknown): boolean =>
  failures < MAX_RETRIES && error instanceof AuthApiError && error.code === 'UNAVAILABLE';

const createQueryClient = (): QueryClient =>
  new QueryClient({ defaultOptions: { queries: { retry: isWorthARetry, staleTime: 5000 } } });
