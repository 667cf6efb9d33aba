import { AuthApiError } from '@latchkey/client';

/** Whatever was thrown, with the message, code and trace id that a failure of the service has. */
export const toApiError = (error: unknown): AuthApiError =>
  AuthApiError.from(error instanceof Error ? error : new Error(String(error)));
