import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type RemoteOptions, remoteLinks } from '../remote-links.ts';
import { ConnectionContext } from './connection.ts';
import { createAuthQueryClient } from './create-auth-query-client.ts';
import { LiveSession } from './live-session.ts';
import { authApi } from './trpc.ts';

interface AuthProviderProps extends Partial<RemoteOptions> {
  /** The app's own, when it has one; `createAuthQueryClient()` shows what is good to have in it. */
  queryClient?: QueryClient;
  /** Whether to listen to what happens to the session elsewhere. Default: true. */
  live?: boolean;
  children: ReactNode;
}

/**
 * Gives the hooks below it a client.
 * @example
 * <AuthProvider url="https://auth.example.com"><App /></AuthProvider>
 */
export const AuthProvider = ({
  url = '',
  headers,
  fetch,
  tokens,
  queryClient,
  live = true,
  children,
}: AuthProviderProps) => {
  const [queries] = useState(() => queryClient ?? createAuthQueryClient());
  const [isConnected, setIsConnected] = useState(true);
  const [client] = useState(() =>
    authApi.createClient({
      links: remoteLinks({ url, ...(headers && { headers }), ...(fetch && { fetch }), ...(tokens && { tokens }) }),
    }),
  );
  return (
    <authApi.Provider client={client} queryClient={queries}>
      <QueryClientProvider client={queries}>
        {live && <LiveSession onConnection={setIsConnected} />}
        <ConnectionContext value={isConnected}>{children}</ConnectionContext>
      </QueryClientProvider>
    </authApi.Provider>
  );
};
