import type { AdminUserCreateInput, AdminUserUpdateInput } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { AccountService } from '../accounts/account.service.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { orEmailTaken } from '../users/email-taken.ts';
import { UserEntity, type UserRecord } from '../users/user.entity.ts';
import type { VerificationService } from '../verifications/verification.service.ts';
import { PURPOSES } from '../verifications/verification-purpose.ts';
import type { AdminRoster } from './admin-roster.ts';

interface AdminServices {
  sessions: SessionService;
  accounts: AccountService;
  roster: AdminRoster;
  verifications: VerificationService;
  notices: SecurityNotices;
}

/** What administrators do to the accounts of others. Each act is in the audit log with who did it. */
export class UserAdministrationService {
  readonly #kernel: Kernel;
  readonly #services: AdminServices;

  constructor(kernel: Kernel, services: AdminServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  /**
   * Makes an account without a password and invites its owner by mail to choose one; answers its id.
   * @throws AuthError EMAIL_TAKEN
   */
  create(principal: Principal, { email, name, role }: AdminUserCreateInput): Promise<string> {
    const { user: admin, caller } = principal;
    const id = this.#kernel.secrets.createId();
    const now = this.#kernel.clock.now();
    return orEmailTaken(
      this.#services.roster.act(principal, async (transaction) => {
        const { em, record } = transaction;
        const user = { id, email, name: name ?? null, role, emailVerifiedAt: null, createdAt: now, updatedAt: now };
        em.create(UserEntity, user);
        await em.flush();
        record({ type: 'user.created', caller, userId: id, actorId: admin.id, data: { role } });
        await this.#services.verifications.request(transaction, { purpose: 'invitation', userId: id, email });
        return id;
      }),
    );
  }

  /**
   * Changes what is given. With a new role the sessions end; a new address is not verified, and what was mailed to
   * the old one is void.
   * @throws AuthError USER_NOT_FOUND, EMAIL_TAKEN, CONFLICT for the last administrator, FORBIDDEN for oneself
   */
  update(principal: Principal, { id, ...changes }: AdminUserUpdateInput): Promise<void> {
    const { user: admin, caller } = principal;
    const updating = this.#services.roster.act(principal, async (transaction) => {
      const { em, record } = transaction;
      if (changes.role === 'user') await this.#services.roster.assertMayWeaken(transaction, principal, id);
      if (changes.email !== undefined) this.#services.roster.assertIsOther(admin.id, id);
      const user = await em.getRepository(UserEntity).lockById(id);
      if (user === null) throw new AuthError('USER_NOT_FOUND');
      const { email: oldEmail } = user;
      const changed = this.#apply(user, changes);
      if (changed.length === 0) return;
      await em.flush();
      if (changed.includes('email')) await this.#tellOfAddress(transaction, user, oldEmail);
      const role = changed.includes('role') ? { role: user.role } : {};
      record({ type: 'user.updated', caller, userId: id, actorId: admin.id, data: { changed, ...role } });
      if (!changed.includes('role')) return;
      await this.#services.sessions.endAll(transaction, {
        userId: id,
        reason: 'admin',
        actorId: admin.id,
        caller,
      });
    });
    return orEmailTaken(updating);
  }

  /** Deletes an account; until it is purged it can be restored. @throws AuthError as `update` does */
  remove(principal: Principal, id: string): Promise<void> {
    const { user: admin, caller } = principal;
    return this.#services.roster.act(principal, async (transaction) => {
      await this.#services.roster.assertMayWeaken(transaction, principal, id);
      await this.#services.accounts.remove(transaction, { userId: id, actorId: admin.id, reason: 'admin', caller });
    });
  }

  /** @throws AuthError USER_NOT_FOUND, EMAIL_TAKEN, CONFLICT when it is not deleted */
  restore(principal: Principal, id: string): Promise<void> {
    const { user: admin, caller } = principal;
    return this.#services.roster.act(principal, async (transaction) => {
      if ((await transaction.em.getRepository(UserEntity).count({ id })) === 0) throw new AuthError('USER_NOT_FOUND');
      await this.#services.accounts.restore(transaction, { userId: id, actorId: admin.id, caller });
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

  /** The new address is asked whether it is theirs, the old one is told. From where the administrator acted is not. */
  async #tellOfAddress(transaction: Transaction, { id: userId, email }: UserRecord, recipient: string): Promise<void> {
    const { verifications, notices } = this.#services;
    await verifications.revoke(transaction, userId, PURPOSES);
    await verifications.request(transaction, { purpose: 'verify_email', userId, email });
    await notices.queue(transaction, { template: 'email_changed', recipient, userId, caller: { ipAddress: null } });
  }
}
