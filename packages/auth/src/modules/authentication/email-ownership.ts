import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { SessionService } from '../sessions/session.service.ts';
import type { UserRecord } from '../users/user.entity.ts';

interface Confirming {
  caller: Caller;
  /** The password of the account is theirs, as far as anybody can tell. */
  isOwner: boolean;
}

/** What follows when somebody has shown that they read the mails of their account's address. */
export class EmailOwnership {
  readonly #kernel: Kernel;
  readonly #sessions: SessionService;

  constructor(kernel: Kernel, sessions: SessionService) {
    this.#kernel = kernel;
    this.#sessions = sessions;
  }

  /**
   * The address counts as verified. The one of the settings makes an administrator, if who reads its mails has shown to
   * be who knows the password, too: anybody may have registered with somebody else's address. The caller holds the
   * user's row.
   */
  async confirm(transaction: Transaction, user: UserRecord, { caller, isOwner }: Confirming): Promise<void> {
    if (user.emailVerifiedAt != null) return;
    const now = this.#kernel.clock.now();
    user.emailVerifiedAt = now;
    user.updatedAt = now;
    transaction.record({ type: 'user.email_verified', caller, userId: user.id });
    if (isOwner && user.email === this.#kernel.config.adminEmail) await this.#promote(transaction, user, caller);
  }

  /** Its sessions end: none of them was opened with such rights. */
  async #promote(transaction: Transaction, user: UserRecord, caller: Caller): Promise<void> {
    if (user.role === 'admin') return;
    user.role = 'admin';
    const userId = user.id;
    transaction.record({ type: 'user.updated', caller, userId, actorId: null, data: { changed: ['role'] } });
    await this.#sessions.endAll(transaction, { userId, reason: 'admin', actorId: null, caller });
  }
}
