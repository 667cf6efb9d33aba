import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller, Principal } from '../../kernel/principal.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { orEmailTaken } from '../users/email-taken.ts';
import { UserEntity } from '../users/user.entity.ts';
import type { VerificationService } from '../verifications/verification.service.ts';
import { PURPOSES } from '../verifications/verification-purpose.ts';
import { AccountRepository } from './account.repository.ts';

interface Removal {
  userId: string;
  actorId: string;
  reason: 'revoked' | 'admin';
  caller: Caller;
}

/** The end of an account, and its way back. */
export class AccountService {
  readonly #kernel: Kernel;
  readonly #sessions: SessionService;
  readonly #verifications: VerificationService;

  constructor(kernel: Kernel, sessions: SessionService, verifications: VerificationService) {
    this.#kernel = kernel;
    this.#sessions = sessions;
    this.#verifications = verifications;
  }

  /** Deletes my own account. @throws AuthError CONFLICT for the last administrator */
  removeMe({ user, caller }: Principal): Promise<void> {
    return this.#kernel.database.write(async (transaction) => {
      await this.assertAdminRemains(transaction, user.id);
      await this.remove(transaction, { userId: user.id, actorId: user.id, reason: 'revoked', caller });
    });
  }

  /** Deletes an account, in a transaction of the caller's; its sessions end, and what was mailed to it is void. @throws AuthError USER_NOT_FOUND */
  async remove(transaction: Transaction, { userId, actorId, reason, caller }: Removal): Promise<void> {
    const { em, record } = transaction;
    if (!(await new AccountRepository(em).markDeleted(userId))) throw new AuthError('USER_NOT_FOUND');
    await this.#verifications.revoke(transaction, userId, PURPOSES);
    await this.#sessions.endAll(transaction, { userId, reason, actorId, caller });
    record({ type: 'user.deleted', caller, userId, actorId });
  }

  /**
   * Takes a deletion back, in a transaction of the caller's. The sessions stay ended.
   * @throws AuthError EMAIL_TAKEN when the address belongs to another account by now, CONFLICT when it is not deleted
   */
  async restore({ em, record }: Transaction, { userId, actorId, caller }: Omit<Removal, 'reason'>): Promise<void> {
    const { purgeDeletedAfterDays } = this.#kernel.config.account;
    const restoring = new AccountRepository(em).restore(userId, purgeDeletedAfterDays);
    if (!(await orEmailTaken(restoring))) throw new AuthError('CONFLICT', { message: 'This account is not deleted.' });
    record({ type: 'user.restored', caller, userId, actorId });
  }

  /**
   * Makes sure that somebody else stays an administrator, whoever else acts at the same time, and answers who.
   * @throws AuthError CONFLICT when that would be nobody
   */
  async assertAdminRemains({ em }: Transaction, userId: string): Promise<string[]> {
    const admins = await em.getRepository(UserEntity).lockAdmins();
    if (admins.length === 1 && admins[0] === userId) {
      throw new AuthError('CONFLICT', { message: 'This is the last administrator. Make somebody else one first.' });
    }
    return admins;
  }
}
