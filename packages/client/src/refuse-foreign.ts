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
    const saysJson = /json/i.test(response.headers.get('content-type') ?? '');
    if (saysJson || (await isJson(response.clone()))) return response;
    throw AuthApiError.foreign(response);
  };

const isJson = (response: Response): Promise<boolean> =>
  response.json().then(
    () => true,
    () => false,
  );
