export { principalOf, type RequireSessionOptions } from '../http/require-session.ts';
export type { Principal } from '../kernel/principal.ts';
export { connectAuth, type RemoteAuth, type RemoteAuthOptions } from './connect-auth.ts';
