import { AuthError } from '../../kernel/auth-error.ts';
import type { RuleBook, RulePoints } from '../../kernel/rule-book.ts';

/**
 * Asks the rules about a password that replaces another one; what they say of `password` is about `newPassword` here.
 * @throws AuthError VALIDATION_FAILED, PASSWORD_TOO_WEAK, or what a module's rule refuses with
 */
export const checkNewPassword = async (rules: RuleBook, facts: RulePoints['password']): Promise<void> => {
  try {
    await rules.check('password', facts);
  } catch (error) {
    if (!(error instanceof AuthError) || !Array.isArray(error.details)) throw error;
    const details = error.details.map(({ path, message }) => ({
      path: path === 'password' ? 'newPassword' : path,
      message,
    }));
    throw new AuthError(error.code, { details, message: error.message, cause: error.cause });
  }
};
