import { AuthApiError } from './auth-api-error.ts';
import type { Fetch } from './cookie-jar.ts';

/**
 * Fails for an answer that is no JSON, which Latchkey never gives to a call. tRPC would only say that it could not
 * read it, and forget which answer that was.
 */
export const refuseForeign =
  (fetch: Fetch): Fetch =>
  async (url, init) => {
    const response = await fetch(url, init);
    if (/json/i.test(response.headers.get('content-type') ?? '')) return response;
    await response.body?.cancel();
    throw AuthApiError.foreign(response);
  };
