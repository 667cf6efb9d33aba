import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { AccountService } from '../accounts/account.service.ts';
import { UserEntity } from '../users/user.entity.ts';

const MAX_TOLD = 20;

/** Who may take power from whom, so that there is always an administrator. */
export class AdminRoster {
  readonly #kernel: Kernel;
  readonly #accounts: AccountService;

  constructor(kernel: Kernel, accounts: AccountService) {
    this.#kernel = kernel;
    this.#accounts = accounts;
  }

  /**
   * One act of an administrator, in one transaction. A call that has waited may come from somebody who has been
   * demoted, banned or logged out since it was let in: this is asked before, so that they learn nothing, and once
   * more after the act, with all the locks that it had to wait for.
   * @throws AuthError FORBIDDEN, and what `work` throws
   */
  act<T>(principal: Principal, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#kernel.database.write(async (transaction) => {
      await this.#assertStillActs(transaction, principal);
      const answer = await work(transaction);
      await transaction.em.flush();
      await this.#assertStillActs(transaction, principal);
      return answer;
    });
  }

  /** The same for an act that may end the own session. @throws AuthError FORBIDDEN, and what `work` throws */
  actOnSelf<T>(principal: Principal, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#kernel.database.write(async (transaction) => {
      await this.#assertStillActs(transaction, principal);
      return work(transaction);
    });
  }

  /**
   * Before an account is demoted, banned or removed. Two administrators may turn on each other at the same time:
   * whoever comes second is none any more.
   * @throws AuthError FORBIDDEN, CONFLICT for the last administrator
   */
  async assertMayWeaken(transaction: Transaction, principal: Principal, userId: string): Promise<void> {
    this.assertIsOther(principal.user.id, userId);
    const admins = await this.#accounts.assertAdminRemains(transaction, userId);
    if (!admins.includes(principal.user.id)) throw new AuthError('FORBIDDEN');
  }

  async #assertStillActs(transaction: Transaction, principal: Principal): Promise<void> {
    const { user, session, scopes } = principal;
    // What is in the place of a session is looked after by the module that it comes from.
    const sessionId = scopes === null ? session.id : null;
    const isAdmin = await transaction.em.getRepository(UserEntity).isActingAdmin(user.id, sessionId);
    if (!isAdmin) throw new AuthError('FORBIDDEN');
    await this.#kernel.rules.check('act', { transaction, principal });
  }

  /** Those who can be told by mail what needs an administrator, the newest first; so many at most. */
  list({ em }: Transaction): Promise<{ id: string; email: string }[]> {
    return em.getRepository(UserEntity).listAdmins(MAX_TOLD);
  }

  /** @throws AuthError FORBIDDEN */
  assertIsOther(adminId: string, userId: string): void {
    if (adminId === userId)
      throw new AuthError('FORBIDDEN', { message: 'This is your own account: another administrator has to do this.' });
  }
}
