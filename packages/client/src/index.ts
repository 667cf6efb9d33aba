export { AuthApiError } from './auth-api-error.ts';
export {
  type AuthClient,
  type AuthClientOptions,
  createAuthClient,
  type LocalAuth,
  type LocalCaller,
  type LocalOptions,
} from './create-auth-client.ts';
export { followSession, type SessionNews } from './follow-session.ts';
export type { RemoteOptions } from './remote-links.ts';
export { TokenKeeper, type TokenKeeperOptions, type TokenOptions } from './tokens/token-keeper.ts';
export { memoryStorage, type TokenStorage } from './tokens/token-storage.ts';
