import type { IncomingMessage } from 'node:http';

/** The scheme is written in any case (RFC 9110 §11.1). */
const BEARER = /^bearer(?: +(.*))?$/i;

/** What stands behind `Authorization: Bearer` (RFC 6750 §2.1), whatever it is; null for another scheme, or none. */
export const readBearer = ({ headers: { authorization } }: IncomingMessage): string | null => {
  if (authorization === undefined) return null;
  const found = BEARER.exec(authorization);
  return found === null ? null : (found[1] ?? '').trim();
};
