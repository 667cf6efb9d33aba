import { useAuthConfig } from './use-auth-config.ts';

/** The modules that are switched on here; null while that is not known yet. */
export const useModules = (): string[] | null => useAuthConfig()?.modules ?? null;
