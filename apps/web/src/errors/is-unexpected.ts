import type { AuthApiError } from '@latchkey/client';
import type { ErrorCode } from '@latchkey/contract';

/** Refusals of what these pages should not have sent. */
const MISTAKES_OF_PAGES: ReadonlySet<ErrorCode> = new Set([
  'BAD_REQUEST',
  'VALIDATION_FAILED',
  'ORIGIN_REFUSED',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'HEADERS_TOO_LARGE',
]);

/** Whether a failure is the fault of the service or of its pages, rather than an answer to what somebody did. */
export const isUnexpected = ({ code, status }: Pick<AuthApiError, 'code' | 'status'>): boolean =>
  status === 0 || status >= 500 || MISTAKES_OF_PAGES.has(code);
