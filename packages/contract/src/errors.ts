import { z } from 'zod';

/**
 * Every way in which an operation can fail: HTTP status and the sentence a user may read.
 * A code is an outcome; it never changes its meaning once released.
 */
export const ERRORS = {
  VALIDATION_FAILED: [400, 'Some of the values are not valid.'],
  BAD_REQUEST: [400, 'The request could not be understood.'],
  TOKEN_INVALID: [400, 'This link or code is not valid any more.'],
  PASSWORD_TOO_WEAK: [400, 'This password is too easy to guess. Choose another one.'],
  AUTH_INVALID: [401, 'Wrong e-mail or password.'],
  UNAUTHENTICATED: [401, 'Please log in.'],
  SESSION_ENDED: [401, 'Your session has ended. Please log in again.'],
  FORBIDDEN: [403, 'You are not allowed to do this.'],
  REAUTH_REQUIRED: [403, 'Please confirm your password first.'],
  EMAIL_NOT_VERIFIED: [403, 'Please verify your e-mail address first.'],
  USER_BANNED: [403, 'This account has been suspended.'],
  ORIGIN_REFUSED: [403, 'This request came from a page that is not allowed to make it.'],
  NOT_FOUND: [404, 'There is nothing here.'],
  SESSION_NOT_FOUND: [404, 'No such session.'],
  USER_NOT_FOUND: [404, 'No such user.'],
  METHOD_NOT_ALLOWED: [405, 'This address does not answer that method.'],
  EMAIL_TAKEN: [409, 'An account with this e-mail address exists already.'],
  CONFLICT: [409, 'Somebody else changed this at the same time. Please try again.'],
  PAYLOAD_TOO_LARGE: [413, 'The request is too large.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Send the body as application/json.'],
  RATE_LIMITED: [429, 'Too many requests. Please wait a moment.'],
  HEADERS_TOO_LARGE: [431, 'The headers of the request are too large.'],
  INTERNAL: [500, 'Something went wrong on our side.'],
  UNAVAILABLE: [503, 'The service is busy or restarting. Please try again in a moment.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** An outcome in SCREAMING_SNAKE, the `code` of every error body. */
export type ErrorCode = keyof typeof ERRORS;

/** Tells whether a string is one of the codes of the error table. */
export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value);

/** Why a session ended; `details.reason` of `SESSION_ENDED`. */
export const EndReason = z.enum([
  'logged_out',
  'revoked',
  'idle',
  'expired',
  'evicted',
  'password_changed',
  'password_reset',
  'banned',
  'admin',
  'reuse_detected',
]);
export type EndReason = z.infer<typeof EndReason>;

/** One refused value of an input; `details` of `VALIDATION_FAILED` is a list of these. */
export const ValidationIssue = z.object({ path: z.string(), message: z.string() });
export type ValidationIssue = z.infer<typeof ValidationIssue>;

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** What is inside `error`, over REST and in tRPC's `error.data` alike. */
export const ErrorPayload = z.object({
  code: z.enum(codes).meta({ description: 'The outcome; stable across releases.' }),
  message: z.string().meta({ description: 'A sentence that a user could read.' }),
  details: z
    .union([
      z.array(ValidationIssue),
      z.object({ reason: EndReason }),
      z.object({ retryAfterSeconds: z.number().int() }),
      z.null(),
    ])
    .meta({ description: 'Null, or what a program needs in order to react.' }),
  traceId: z.string().meta({ description: 'Also in the header X-Trace-Id and in the log.' }),
});
export type ErrorPayload = z.infer<typeof ErrorPayload>;
export type ErrorDetails = ErrorPayload['details'];

/** The body of every failure over REST. */
export const ErrorBody = z.object({ error: ErrorPayload }).meta({
  id: 'Error',
  examples: [
    {
      error: {
        code: 'AUTH_INVALID',
        message: 'Wrong e-mail or password.',
        details: null,
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      },
    },
  ],
});
export type ErrorBody = z.infer<typeof ErrorBody>;
