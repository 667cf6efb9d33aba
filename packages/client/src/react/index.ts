export {
  useChangePassword,
  useDeleteAccount,
  useReauthenticate,
  useResetPassword,
  useVerifyEmail,
} from './account-hooks.ts';
export { AuthProvider } from './auth-provider.tsx';
export { useIsConnected } from './connection.ts';
export { createAuthQueryClient } from './create-auth-query-client.ts';
export { type SessionState, useLogin, useLogout, useRegister, useSession, useSessions } from './hooks.ts';
export { authApi } from './trpc.ts';
