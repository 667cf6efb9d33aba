import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { RulePoints } from '../../kernel/rule-book.ts';
import { BreachedPasswords } from './breached-passwords.ts';

/** What a new password must hold besides its form (NIST SP 800-63B §3.1.1.2, OWASP ASVS 6.2). */
export class PasswordPolicy {
  readonly #kernel: Kernel;
  /** Null: switched off. */
  readonly #breached: BreachedPasswords | null;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const { breachedCheck } = kernel.config.password;
    this.#breached = breachedCheck === undefined ? null : new BreachedPasswords({ ...kernel, ...breachedCheck });
  }

  /** @throws AuthError VALIDATION_FAILED when too short, PASSWORD_TOO_WEAK when it would be guessed soon */
  async check({ password, email, name }: RulePoints['password']): Promise<void> {
    const { minLength } = this.#kernel.config.password;
    if ([...password].length < minLength) {
      throw new AuthError('VALIDATION_FAILED', {
        details: [{ path: 'password', message: `Use at least ${minLength} characters.` }],
      });
    }
    const personal = personalWords(email, name);
    const isPersonal = personal.some((word) => compact(word) === compact(password));
    if (isPersonal || (await this.#kernel.hasher.isGuessable(password, personal))) {
      throw new AuthError('PASSWORD_TOO_WEAK');
    }
    // Last: what is known to be weak does not go out, not even in part.
    if (await this.#breached?.includes(password)) {
      throw new AuthError('PASSWORD_TOO_WEAK', {
        message: 'This password is known from a data breach. Choose another one.',
      });
    }
  }
}

/** `Augusta-Ada` and `augusta ada` are the same guess; what has no letters or digits stays as it is. */
const compact = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '') || text;

/** What somebody who knows the user would try first, in lower case. */
const personalWords = (email: string, name: string | null): string[] => {
  const [localPart = '', domain = ''] = email.split('@');
  const parts = [email, localPart, domain, ...email.split(/[^\p{L}\p{N}]+/u), ...(name ?? '').split(/\s+/u)];
  const whole = name === null ? [] : [name, name.replaceAll(/\s+/gu, '')];
  return [...new Set([...parts, ...whole, 'latchkey'].map((word) => word.toLowerCase()))].filter(
    (word) => word.length > 2,
  );
};
