import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import { nobody } from '../../kernel/principal.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { AccountRepository } from './account.repository.ts';

const USERS_PER_BATCH = 20;

/** What hangs on accounts goes first and in bounded portions: one account may have a million sessions. */
const ROWS_PER_BATCH = 5000;

/** Removes accounts for good once they have been deleted for long enough. */
export class AccountPurger {
  readonly #kernel: Kernel;
  readonly #audit: AuditService;

  constructor(kernel: Kernel, audit: AuditService) {
    this.#kernel = kernel;
    this.#audit = audit;
  }

  /** Purges what is due; answers how many accounts that were. Several instances may call it at once. */
  async purge(signal?: AbortSignal): Promise<number> {
    let purged = 0;
    for (;;) {
      const batch = await this.#kernel.database.write((transaction) => this.#purgeBatch(transaction));
      purged += batch.purged;
      if (!batch.isMore || signal?.aborted) return purged;
    }
  }

  async #purgeBatch(transaction: Transaction): Promise<{ purged: number; isMore: boolean }> {
    const { em, record } = transaction;
    const { purgeDeletedAfterDays } = this.#kernel.config.account;
    const accounts = new AccountRepository(em);
    if (!(await accounts.lockPurge())) return { purged: 0, isMore: false };
    const due = await accounts.lockDue(purgeDeletedAfterDays, USERS_PER_BATCH);
    if (due.length === 0) return { purged: 0, isMore: false };

    const emptied = await this.#audit.anonymise(transaction, due, ROWS_PER_BATCH);
    const deleted = await accounts.deleteSessions(due, ROWS_PER_BATCH);
    if (emptied === ROWS_PER_BATCH || deleted === ROWS_PER_BATCH) return { purged: 0, isMore: true };
    await accounts.deleteUsers(due);
    const caller = nobody(this.#kernel.secrets.createTraceId());
    for (const userId of due) record({ type: 'user.purged', caller, userId, actorId: null });
    return { purged: due.length, isMore: true };
  }
}
