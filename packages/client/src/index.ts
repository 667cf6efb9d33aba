export { AuthApiError } from './auth-api-error.ts';
export {
  type AuthClient,
  type AuthClientOptions,
  createAuthClient,
  type LocalAuth,
  type LocalDevice,
  type LocalOptions,
  type RemoteOptions,
} from './create-auth-client.ts';
