import { authApi } from '@latchkey/client/react';
import type { AuthConfig } from '@latchkey/contract';

/** How the service is set up; null while that is not known yet. */
export const useAuthConfig = (): AuthConfig | null => {
  const { data } = authApi.auth.config.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  return data ?? null;
};
