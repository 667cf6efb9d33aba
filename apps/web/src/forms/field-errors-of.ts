import type { AuthApiError } from '@latchkey/client';
import type { FieldErrors } from './field-errors.ts';

/** The refused values that a form has fields for, by field. */
export const fieldErrorsOf = ({ issues }: Pick<AuthApiError, 'issues'>, fields: string[]): FieldErrors =>
  Object.fromEntries(issues.filter(({ path }) => fields.includes(path)).map(({ path, message }) => [path, message]));
