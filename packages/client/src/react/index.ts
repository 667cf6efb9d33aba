export { AuthProvider } from './auth-provider.tsx';
export { type SessionState, useLogin, useLogout, useRegister, useSession, useSessions } from './hooks.ts';
export { authApi } from './trpc.ts';
