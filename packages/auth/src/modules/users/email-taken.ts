import { AuthError } from '../../kernel/auth-error.ts';
import { isUniqueViolation } from '../../kernel/unique-violation.ts';

/** The unique index decides among those who want the same address. @throws AuthError EMAIL_TAKEN to all but one */
export const orEmailTaken = <T>(writing: Promise<T>): Promise<T> =>
  writing.catch((error: unknown) => {
    throw isUniqueViolation(error) ? new AuthError('EMAIL_TAKEN', { cause: error }) : error;
  });
