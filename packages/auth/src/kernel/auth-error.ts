import { ERRORS, type ErrorCode, type ErrorDetails } from '@latchkey/contract';

interface AuthErrorOptions {
  details?: ErrorDetails;
  /** Replaces the sentence of the error table. */
  message?: string;
  /** Logged, never sent. */
  cause?: unknown;
}

/** A failure that the caller is told about, by its code in the error table. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, { details = null, message = ERRORS[code][1], cause }: AuthErrorOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return ERRORS[this.code][0];
  }

  /** Seconds for the header `Retry-After` (RFC 9110 §10.2.3), or null. */
  get retryAfterSeconds(): number | null {
    return this.details !== null && 'retryAfterSeconds' in this.details ? this.details.retryAfterSeconds : null;
  }
}

/** Busy or cut off from the database; worth another try. */
export const unavailable = (cause: unknown, retryAfterSeconds = 1): AuthError =>
  new AuthError('UNAVAILABLE', { details: { retryAfterSeconds }, cause });
