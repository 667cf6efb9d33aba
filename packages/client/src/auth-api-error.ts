import type { AppRouter } from '@latchkey/auth/app-router';
import {
  type EndReason,
  type ErrorCode,
  type ErrorDetails,
  ErrorPayload,
  isErrorCode,
  type ValidationIssue,
} from '@latchkey/contract';
import { TRPCClientError } from '@trpc/client';

interface AuthApiErrorFields {
  code: ErrorCode;
  message: string;
  /** HTTP status; 0 when no answer came. */
  status: number;
  details: ErrorDetails;
  traceId: string | null;
  cause?: unknown;
}

/**
 * The one error of the client, whichever way the call went.
 * @example
 * try {
 *   await auth.auth.login.mutate({ email, password });
 * } catch (error) {
 *   if (error instanceof AuthApiError && error.code === 'AUTH_INVALID') …
 * }
 */
export class AuthApiError extends TRPCClientError<AppRouter> {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: ErrorDetails;
  /** Name it when asking for help: the log knows it. */
  readonly traceId: string | null;

  constructor({ code, message, status, details, traceId, cause }: AuthApiErrorFields) {
    super(message, cause instanceof Error ? { cause } : {});
    // The constructor of TRPCClientError sets its own prototype.
    Object.setPrototypeOf(this, AuthApiError.prototype);
    this.name = 'AuthApiError';
    this.code = code;
    this.status = status;
    this.details = details;
    this.traceId = traceId;
  }

  /** Why the session ended, when that is what happened. */
  get endReason(): EndReason | null {
    return this.details !== null && 'reason' in this.details ? this.details.reason : null;
  }

  /** The refused values, when the input was not valid. */
  get issues(): ValidationIssue[] {
    return Array.isArray(this.details) ? this.details : [];
  }

  /** Seconds to wait before trying again, when the service says so. */
  get retryAfterSeconds(): number | null {
    return this.details !== null && 'retryAfterSeconds' in this.details ? this.details.retryAfterSeconds : null;
  }

  /**
   * Turns whatever a call failed with into an `AuthApiError`; what is one stays as it is.
   * @example
   * const { error } = authApi.users.updateMe.useMutation();
   * const code = error === null ? null : AuthApiError.from(error).code;
   */
  static override from(cause: unknown): AuthApiError {
    if (cause instanceof AuthApiError) return cause;
    const { data, meta } = cause instanceof TRPCClientError ? cause : { data: undefined, meta: undefined };
    const status = isRecord(data) && typeof data.httpStatus === 'number' ? data.httpStatus : 0;
    const known = AuthApiError.#fromPayload(data, status, cause);
    if (known !== null) return known;
    return meta?.response instanceof Response ? AuthApiError.foreign(meta.response) : unreachable(cause);
  }

  /**
   * For an answer that does not speak the error contract. A proxy answers so while the service is away; anything
   * else comes from somebody else.
   */
  static foreign(response: Response): AuthApiError {
    const { status, url } = response;
    const who = url === '' ? 'The service' : url.replace(/[?#].*$/, '');
    const cause = new Error(`${who} answered ${status}`);
    if (status >= 500 || status === 429) return unreachable(cause, status);
    return unreachable(cause, status, `${who} answered ${status}: is this the address of Latchkey?`);
  }

  /**
   * Reads the error out of an answer of the REST API.
   * @example
   * const response = await fetch('/api/v1/me');
   * if (!response.ok) throw await AuthApiError.fromResponse(response);
   */
  static async fromResponse(response: Response): Promise<AuthApiError> {
    const body: unknown = await response.json().catch(() => null);
    const payload = isRecord(body) ? body.error : undefined;
    const cause = new Error(`The service answered ${response.status}`);
    return AuthApiError.#fromPayload(payload, response.status, cause) ?? AuthApiError.foreign(response);
  }

  static #fromPayload(payload: unknown, status: number, cause: unknown): AuthApiError | null {
    const parsed = ErrorPayload.safeParse(payload);
    if (parsed.success) return new AuthApiError({ ...parsed.data, status, cause });
    // A newer service may know details that this client does not; code and message still hold.
    if (!isRecord(payload) || !isErrorCode(payload.code)) return null;
    const { code, message, traceId } = payload;
    return new AuthApiError({ code, message: String(message), status, details: null, traceId: String(traceId), cause });
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const AWAY = 'The service could not be reached. Please try again in a moment.';

const unreachable = (cause: unknown, status = 0, message = AWAY): AuthApiError =>
  new AuthApiError({
    code: 'UNAVAILABLE',
    message,
    status,
    details: null,
    traceId: null,
    cause,
  });
