import type { AuthApiError } from '@latchkey/client';
import type { FieldErrors } from './field-errors.ts';

/** What is wrong with a password that replaces another one, at its field. */
export const explainWeakPassword = ({ code, message }: AuthApiError): FieldErrors =>
  code === 'PASSWORD_TOO_WEAK' ? { newPassword: message } : {};
