import type { ResetPasswordInput } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { UserEntity } from '../users/user.entity.ts';
import type { Credential, VerificationService } from '../verifications/verification.service.ts';
import { PASSWORD_PURPOSES } from '../verifications/verification-purpose.ts';
import type { EmailOwnership } from './email-ownership.ts';
import type { KnownDevices } from './known-devices.ts';
import { checkNewPassword } from './new-password.ts';
import { PasswordEntity } from './password.entity.ts';

interface PasswordResetServices {
  sessions: SessionService;
  verifications: VerificationService;
  notices: SecurityNotices;
  ownership: EmailOwnership;
  devices: KnownDevices;
}

/** A new password for whoever reads the mails of the account. */
export class PasswordResetService {
  readonly #kernel: Kernel;
  readonly #services: PasswordResetServices;

  constructor(kernel: Kernel, services: PasswordResetServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  /** Does the same for every address; the mail finds out whether there is an account. */
  forgot(email: string, caller: Caller): Promise<void> {
    return this.#kernel.database.write(async (transaction) =>
      this.#services.verifications.requestFor(transaction, { purpose: 'reset_password', email, caller }),
    );
  }

  /**
   * Sets the password and ends every session; logs nobody in. A password that is refused uses nothing up.
   * @throws AuthError TOKEN_INVALID, PASSWORD_TOO_WEAK, VALIDATION_FAILED
   */
  async reset({ newPassword, ...given }: ResetPasswordInput, caller: Caller): Promise<void> {
    const { database, hasher, limits, rules } = this.#kernel;
    const { sessions, verifications, notices, ownership, devices } = this.#services;
    const proof = await verifications.prove({ purposes: PASSWORD_PURPOSES, credential: toCredential(given), caller });
    const { userId } = proof;
    const known = await database.read((em) => em.getRepository(UserEntity).findById(userId));
    await checkNewPassword(rules, { password: newPassword, email: proof.email, name: known?.name ?? null });
    const hash = await hasher.hash(newPassword);

    await database.write(async (transaction) => {
      await verifications.consume(transaction, proof);
      const user = await transaction.em.getRepository(UserEntity).findById(userId);
      // The address has changed since: whoever reads the mails of the old one has no say any more.
      if (user === null || user.email !== proof.email) throw new AuthError('TOKEN_INVALID');
      await transaction.em.getRepository(PasswordEntity).store(userId, hash);
      const ending = { userId, reason: 'password_reset', actorId: userId, caller } as const;
      await sessions.endAll(transaction, ending);
      await devices.forget(transaction, userId, null);
      await verifications.revoke(transaction, userId, PASSWORD_PURPOSES);
      transaction.record({ type: 'user.password_reset', caller, userId });
      await ownership.confirm(transaction, user, { caller, isOwner: true });
      if (proof.purpose === 'reset_password')
        await notices.queue(transaction, { template: 'password_reset', recipient: user.email, userId, caller });
    });
    // Guesses at the old password keep nobody from using the new one.
    await limits.reset('login', { address: null, pair: null, account: proof.email, device: null });
  }
}

const toCredential = ({ token, code, email }: Omit<ResetPasswordInput, 'newPassword'>): Credential => {
  if (token !== undefined) return { token };
  if (code !== undefined && email !== undefined) return { code, owner: { email } };
  throw new AuthError('TOKEN_INVALID');
};
