import { errors } from 'jose';
import { type TokenRefusal, TokenRefusedError } from './token-refused-error.ts';

const BY_CLAIM: Record<string, TokenRefusal> = { iss: 'issuer', aud: 'audience', nbf: 'not_yet_valid' };

/** What went wrong while a token was verified. What jose throws is not passed on as a cause: it holds the claims. */
export const explainRefusal = (error: unknown): TokenRefusedError =>
  error instanceof TokenRefusedError ? error : new TokenRefusedError(codeOf(error));

const codeOf = (error: unknown): TokenRefusal => {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return BY_CLAIM[error.claim] ?? 'claims';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JOSENotSupported) return 'header';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'unknown_key';
  return 'malformed';
};
