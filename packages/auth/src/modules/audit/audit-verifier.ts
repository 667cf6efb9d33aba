import type { Kernel } from '../../kernel/module.ts';
import { AuditWalkRepository, type Stretch } from './audit-walk.repository.ts';
import {
  type AuditProblem,
  deleted,
  findProblem,
  inserted,
  isCut,
  isOtherStart,
  type WalkState,
} from './chain-problem.ts';
import { GENESIS, type Link } from './seal.ts';

export interface AuditVerdict {
  /** The first one; null: the log is whole. */
  problem: AuditProblem | null;
  /** Events whose seal was found to hold. */
  verified: number;
  /** Where the chain begins, what was before it having gone by retention; null: at its first event. */
  start: Link | null;
  /** Events too new to be sealed. */
  unsealed: number;
  /** Events whose personal part went with its account. */
  anonymised: number;
  /** The end of the chain: kept elsewhere, it tells later whether the end was cut off. */
  head: Link | null;
}

export interface VerifyAuditOptions {
  /** A head that was noted down earlier. */
  expectHead?: Link;
  onProgress?(checked: number, total: number): void;
}

const PAGE = 5000;

/** Walks the chain and names the first event that plain SQL has altered, deleted, moved or inserted. */
export class AuditVerifier {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  async verify(options: VerifyAuditOptions = {}): Promise<AuditVerdict> {
    for (;;) {
      const start = await this.#read((walk) => walk.start());
      const verdict = await this.#verifyFrom(start, options);
      const startNow = verdict.problem === null ? start : await this.#read((walk) => walk.start());
      // What retention has taken away under our feet is no problem: the chain begins later now.
      if (startNow?.position === start?.position) return verdict;
    }
  }

  async #verifyFrom(start: Link | null, { expectHead, onProgress = () => {} }: VerifyAuditOptions) {
    const head = await this.#read((walk) => walk.head());
    const total = head?.position ?? 0;
    const first = start ?? GENESIS;
    const state: WalkState = { last: first, anonymised: 0, expectHead };
    let problem = isOtherStart(first, expectHead);
    // From the lowest position there is, be it one before the first that the service ever gives.
    let afterPosition = Number.MIN_SAFE_INTEGER;
    while (problem === null && afterPosition < total) {
      const page = { afterPosition, limit: PAGE };
      const seals = await this.#read((walk) => walk.listSeals(page));
      problem = findProblem(seals, state);
      afterPosition = state.last.position;
      if (seals.length > 0) onProgress(Math.min(state.last.position, total), total);
      if (seals.length < PAGE) break;
    }
    const queue = await this.#walkAll((walk, afterId) => walk.findMissing(afterId, PAGE));
    problem ??= isCut(state.last, expectHead);
    if (problem === null && queue.wrongId !== null) problem = deleted(queue.wrongId, null);
    if (problem === null) {
      const { wrongId } = await this.#walkAll((walk, afterId) => walk.findStranger(afterId, PAGE));
      if (wrongId !== null) problem = inserted(wrongId);
    }
    const { last, anonymised } = state;
    const verified = last.position - first.position;
    return { problem, verified, start, unsealed: queue.size, anonymised, head };
  }

  /** From one end to the other; answers the first that is wrong, and how many there are if none is. */
  async #walkAll(
    next: (walk: AuditWalkRepository, afterId: string | null) => Promise<Stretch>,
  ): Promise<{ wrongId: string | null; size: number }> {
    let afterId: string | null = null;
    let size = 0;
    do {
      const from: string | null = afterId;
      const stretch: Stretch = await this.#read((walk) => next(walk, from));
      size += stretch.size;
      if (stretch.wrong_id !== null) return { wrongId: stretch.wrong_id, size };
      afterId = stretch.last_id;
    } while (afterId !== null);
    return { wrongId: null, size };
  }

  #read<T>(work: (walk: AuditWalkRepository) => Promise<T>): Promise<T> {
    return this.#kernel.database.read((em) => work(new AuditWalkRepository(em)));
  }
}
