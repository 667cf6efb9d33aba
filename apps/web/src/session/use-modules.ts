import { authApi } from '@latchkey/client/react';

/** The modules that are switched on here; null while that is not known yet. */
export const useModules = (): string[] | null => {
  const { data } = authApi.auth.config.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  return data?.modules ?? null;
};
