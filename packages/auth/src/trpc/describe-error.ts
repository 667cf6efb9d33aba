import type { ErrorCode, ErrorPayload, ValidationIssue } from '@latchkey/contract';
import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { AuthError } from '../kernel/auth-error.ts';

/** A failure as it leaves the house. */
export interface DescribedError {
  status: number;
  retryAfterSeconds: number | null;
  payload: ErrorPayload;
}

/** The one translator of failures, for every door. Nothing of an unknown error gets out. */
export const describeError = (error: unknown, traceId: string): DescribedError => {
  const { code, message, details, status, retryAfterSeconds } = authErrorOf(error);
  return { status, retryAfterSeconds, payload: { code, message, details, traceId } };
};

/** Whether the failure is ours and not the caller's, so that it belongs into the log. */
export const isOurFault = (error: unknown): boolean => authErrorOf(error).status >= 500;

/** Any failure as one of the error table. */
export const authErrorOf = (error: unknown): AuthError => {
  if (error instanceof AuthError) return error;
  if (error instanceof TRPCError) return fromTrpcError(error);
  return fromHttpError(error) ?? new AuthError('INTERNAL', { cause: error });
};

const TRPC_CODES: Partial<Record<TRPCError['code'], ErrorCode>> = {
  PARSE_ERROR: 'BAD_REQUEST',
  BAD_REQUEST: 'BAD_REQUEST',
  NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

const fromTrpcError = (error: TRPCError): AuthError => {
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ZodError) {
    return new AuthError('VALIDATION_FAILED', { details: toIssues(error.cause) });
  }
  const code = TRPC_CODES[error.code];
  if (code !== undefined) return new AuthError(code, { cause: error });
  return error.cause === undefined ? new AuthError('INTERNAL', { cause: error }) : authErrorOf(error.cause);
};

const MAX_PATH = 200;

/** Nobody reads more, and an answer should not be longer than its question. */
const MAX_ISSUES = 20;

const toIssues = (error: ZodError): ValidationIssue[] => error.issues.flatMap(toIssue).slice(0, MAX_ISSUES);

const toIssue = (issue: ZodError['issues'][number]): ValidationIssue[] => {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, MAX_ISSUES)
      .map((key) => ({ path: [...path, key].join('.').slice(0, MAX_PATH), message: 'This field is not known here.' }));
  }
  return [{ path: path.join('.'), message: toSentence(issue) }];
};

const toSentence = (issue: ZodError['issues'][number]): string => {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  return issue.message.endsWith('received undefined')
    ? 'This field is required.'
    : `This must be of type ${issue.expected}.`;
};

const STATUS_CODES: Record<number, ErrorCode> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Errors of Express and its body parser carry a status; what they say is for developers and stays inside. */
const fromHttpError = (error: unknown): AuthError | null => {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const isTheirs = error.status >= 400 && error.status < 500;
  return isTheirs ? new AuthError(STATUS_CODES[error.status] ?? 'BAD_REQUEST', { cause: error }) : null;
};

const JSON_RPC_CODES: Record<number, number> = {
  400: -32600,
  401: -32001,
  403: -32003,
  404: -32004,
  405: -32005,
  409: -32009,
  413: -32013,
  415: -32015,
  429: -32029,
};

/** The error as tRPC's wire format has it, with the whole payload in `data`. */
export const toTrpcShape = (status: number, payload: ErrorPayload) => ({
  code: JSON_RPC_CODES[status] ?? -32603,
  message: payload.message,
  data: { ...payload, httpStatus: status },
});
