import type { AccessTokenClaims } from '@latchkey/contract';
import type { JWTPayload } from 'jose';
import { TokenRefusedError } from './token-refused-error.ts';

/** No Latchkey issues access tokens for longer; one that says so is a mistake that nobody should live with. */
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;

const STRINGS = ['iss', 'sub', 'jti', 'client_id', 'sid', 'role'] as const;
const INSTANTS = ['exp', 'iat', 'auth_time'] as const;

/**
 * What a payload says whose signature, issuer, audience, `exp` and `nbf` are in order. By hand, so that a verifier
 * needs no library of schemas.
 * @throws TokenRefusedError
 */
export const readClaims = (payload: JWTPayload, latestIssue: number): AccessTokenClaims => {
  if (!isAccessToken(payload)) throw new TokenRefusedError('claims');
  if (payload.iat > latestIssue) throw new TokenRefusedError('not_yet_valid');
  if (payload.exp <= payload.iat || payload.exp - payload.iat > MAX_LIFETIME_SECONDS)
    throw new TokenRefusedError('claims');
  return payload;
};

const isAccessToken = (payload: JWTPayload): payload is JWTPayload & AccessTokenClaims =>
  STRINGS.every((name) => typeof payload[name] === 'string' && payload[name] !== '') &&
  INSTANTS.every((name) => Number.isSafeInteger(payload[name])) &&
  Array.isArray(payload.amr) &&
  payload.amr.every((method) => typeof method === 'string');
