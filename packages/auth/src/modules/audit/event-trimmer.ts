import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import { nobody } from '../../kernel/principal.ts';
import { tryLock } from '../../kernel/sql.ts';
import { AuditWalkRepository } from './audit-walk.repository.ts';
import { findProblem, type WalkState } from './chain-problem.ts';
import { SEAL_LOCK } from './event-sealer.ts';
import { RetentionRepository } from './retention.repository.ts';
import { GENESIS } from './seal.ts';

const BATCH = 1000;

/**
 * Takes away the beginning of the audit log, once it is old enough. The last link that goes is written down as an
 * event of the same log, which is sealed like all others: there the chain begins for whoever verifies it later. What
 * was tampered with stays, and all that comes after it, as it would be evidence that is lost.
 */
export class EventTrimmer {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Answers how many events went. Does nothing while another instance trims or seals. */
  async trim(signal?: AbortSignal): Promise<number> {
    const { eventsDays } = this.#kernel.config.retention;
    if (eventsDays === 0) return 0;
    for (let trimmed = 0; ; ) {
      const batch = await this.#kernel.database.write((transaction) => this.#trimBatch(transaction, eventsDays));
      trimmed += batch;
      if (batch < BATCH || signal?.aborted) return trimmed;
    }
  }

  async #trimBatch({ em, record }: Transaction, days: number): Promise<number> {
    if (!(await tryLock(em, SEAL_LOCK))) return 0;
    const walk = new AuditWalkRepository(em);
    const retention = new RetentionRepository(em);
    const start = (await walk.start()) ?? GENESIS;
    const due = await retention.countDue({ afterPosition: start.position, days, limit: BATCH });
    if (due === 0) return 0;

    const state: WalkState = { last: start, anonymised: 0, expectHead: undefined };
    const problem = findProblem(await walk.listSeals({ afterPosition: start.position, limit: due }), state);
    if (problem !== null) this.#kernel.logger.error({ problem }, 'The audit log was tampered with: what is left stays');
    const { position, hash } = state.last;
    const events = position - start.position;
    if (events === 0) return 0;
    await retention.removeSealed(start.position, position);
    const caller = nobody(this.#kernel.secrets.createTraceId());
    record({ type: 'audit.trimmed', caller, data: { position, hash, events, days } });
    return events;
  }
}
