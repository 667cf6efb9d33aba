import type { AdminUserUpdateInput, BanInput } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Principal } from '../../kernel/principal.ts';
import { isUniqueViolation } from '../../kernel/unique-violation.ts';
import type { AccountService } from '../accounts/account.service.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { UserEntity, type UserRecord } from '../users/user.entity.ts';
import { BanRepository } from './ban.repository.ts';

/** What administrators do to the accounts of others. Each act is in the audit log with who did it. */
export class UserAdministrationService {
  readonly #kernel: Kernel;
  readonly #sessions: SessionService;
  readonly #accounts: AccountService;

  constructor(kernel: Kernel, sessions: SessionService, accounts: AccountService) {
    this.#kernel = kernel;
    this.#sessions = sessions;
    this.#accounts = accounts;
  }

  /**
   * Changes what is given. With a new role the sessions end; a new address is not verified.
   * @throws AuthError USER_NOT_FOUND, EMAIL_TAKEN, CONFLICT for the last administrator, FORBIDDEN for oneself
   */
  async update({ user: admin, caller }: Principal, { id, ...changes }: AdminUserUpdateInput): Promise<void> {
    const updating = this.#kernel.database.write(async (transaction) => {
      const { em, record } = transaction;
      if (changes.role === 'user') await this.#assertMayWeaken(transaction, admin.id, id);
      if (changes.email !== undefined) assertIsOther(admin.id, id);
      const user = await lockUser(transaction, id);
      const changed = this.#apply(user, changes);
      if (changed.length === 0) return;
      await em.flush();
      const role = changed.includes('role') ? { role: user.role } : {};
      record({ type: 'user.updated', caller, userId: id, actorId: admin.id, data: { changed, ...role } });
      if (!changed.includes('role')) return;
      await this.#sessions.endAll(transaction, {
        userId: id,
        keepId: null,
        reason: 'admin',
        actorId: admin.id,
        caller,
      });
    });
    await updating.catch((error: unknown) => {
      throw isUniqueViolation(error) ? new AuthError('EMAIL_TAKEN', { cause: error }) : error;
    });
  }

  /** Deletes an account; until it is purged it can be restored. @throws AuthError as `update` does */
  remove({ user: admin, caller }: Principal, id: string): Promise<void> {
    return this.#kernel.database.write(async (transaction) => {
      await this.#assertMayWeaken(transaction, admin.id, id);
      await this.#accounts.remove(transaction, { userId: id, actorId: admin.id, reason: 'admin', caller });
    });
  }

  /** @throws AuthError USER_NOT_FOUND, EMAIL_TAKEN, CONFLICT when it is not deleted */
  restore({ user: admin, caller }: Principal, id: string): Promise<void> {
    return this.#kernel.database.write(async (transaction) => {
      await assertExists(transaction, id);
      await this.#accounts.restore(transaction, { userId: id, actorId: admin.id, caller });
    });
  }

  /**
   * Keeps a user out, for good or until an instant; all sessions end. Banning again replaces reason and end.
   * @throws AuthError VALIDATION_FAILED for an end that is past, and as `update` does
   */
  ban({ user: admin, caller }: Principal, { id, reason, until }: BanInput): Promise<void> {
    const end = until === undefined ? null : new Date(until).toISOString();
    return this.#kernel.database.write(async (transaction) => {
      const { em, record } = transaction;
      await this.#assertMayWeaken(transaction, admin.id, id);
      await lockUser(transaction, id);
      if (!(await new BanRepository(em).ban(id, reason, end))) {
        const details = [{ path: 'until', message: 'Choose an instant in the future.' }];
        throw new AuthError('VALIDATION_FAILED', { details });
      }
      record({ type: 'user.banned', caller, userId: id, actorId: admin.id, data: { reason, until: end } });
      await this.#sessions.endAll(transaction, {
        userId: id,
        keepId: null,
        reason: 'banned',
        actorId: admin.id,
        caller,
      });
    });
  }

  /** @throws AuthError USER_NOT_FOUND, CONFLICT when it is not banned */
  unban({ user: admin, caller }: Principal, id: string): Promise<void> {
    return this.#kernel.database.write(async (transaction) => {
      const { em, record } = transaction;
      await lockUser(transaction, id);
      if (!(await new BanRepository(em).unban(id)))
        throw new AuthError('CONFLICT', { message: 'This account is not banned.' });
      record({ type: 'user.unbanned', caller, userId: id, actorId: admin.id });
    });
  }

  /** Takes over what differs; answers the names of the fields. */
  #apply(user: UserRecord, { name, role, email }: Omit<AdminUserUpdateInput, 'id'>): string[] {
    const changed: string[] = [];
    if (name !== undefined && name !== (user.name ?? null)) {
      user.name = name;
      changed.push('name');
    }
    if (role !== undefined && role !== user.role) {
      user.role = role;
      changed.push('role');
    }
    if (email !== undefined && email !== user.email) {
      user.email = email;
      user.emailVerifiedAt = null;
      changed.push('email');
    }
    if (changed.length > 0) user.updatedAt = this.#kernel.clock.now();
    return changed;
  }

  /** Two administrators may turn on each other at the same time: whoever comes second is none any more. */
  async #assertMayWeaken(transaction: Transaction, adminId: string, userId: string): Promise<void> {
    assertIsOther(adminId, userId);
    const admins = await this.#accounts.assertAdminRemains(transaction, userId);
    if (!admins.includes(adminId)) throw new AuthError('FORBIDDEN');
  }
}

const assertIsOther = (adminId: string, userId: string): void => {
  if (adminId === userId)
    throw new AuthError('FORBIDDEN', { message: 'This is your own account: another administrator has to do this.' });
};

const lockUser = async ({ em }: Transaction, id: string): Promise<UserRecord> => {
  const user = await em.getRepository(UserEntity).lockById(id);
  if (user === null) throw new AuthError('USER_NOT_FOUND');
  return user;
};

const assertExists = async ({ em }: Transaction, id: string): Promise<void> => {
  if ((await em.getRepository(UserEntity).count({ id })) === 0) throw new AuthError('USER_NOT_FOUND');
};
