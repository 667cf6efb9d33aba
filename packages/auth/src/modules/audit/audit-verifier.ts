import type { Kernel } from '../../kernel/module.ts';
import { AuditWalkRepository, type SealedEvent, type Stretch } from './audit-walk.repository.ts';
import { GENESIS, hashPersonal, type Link, nextLink } from './seal.ts';

/** What was found to be wrong, and where. */
export interface AuditProblem {
  kind: 'altered' | 'deleted' | 'inserted' | 'cut';
  eventId: string | null;
  /** Its place in the chain; null: it has none. */
  position: number | null;
  /** For people. */
  message: string;
}

export interface AuditVerdict {
  /** The first one; null: the log is whole. */
  problem: AuditProblem | null;
  /** Events whose seal was found to hold. */
  verified: number;
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

  async verify({ expectHead, onProgress = () => {} }: VerifyAuditOptions = {}): Promise<AuditVerdict> {
    const head = await this.#read((walk) => walk.head());
    const total = head?.position ?? 0;
    const state: WalkState = { last: GENESIS, anonymised: 0, expectHead };
    let problem: AuditProblem | null = null;
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
    return { problem, verified: last.position, unsealed: queue.size, anonymised, head };
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

interface WalkState {
  last: Link;
  anonymised: number;
  expectHead: Link | undefined;
}

/** Goes along the page as far as it is whole, and says what is wrong with the one after. */
const findProblem = (seals: SealedEvent[], state: WalkState): AuditProblem | null => {
  for (const seal of seals) {
    const problem = judge(seal, state.last) ?? isUnexpected(seal, state.expectHead);
    if (problem !== null) return problem;
    state.last = { position: seal.position, hash: seal.hash };
    if (seal.salt === null) state.anonymised += 1;
  }
  return null;
};

const judge = ({ position, hash, event_id: id, event, ...seal }: SealedEvent, last: Link): AuditProblem | null => {
  if (position <= last.position) return inserted(id);
  if (position !== last.position + 1) return deleted(null, last.position + 1);
  if (event === null) return deleted(id, position);
  const isPersonalPartWhole =
    seal.salt === null ? seal.is_anonymous : hashPersonal(seal.salt, event.personal) === seal.personal_hash;
  const isWhole = isPersonalPartWhole && nextLink(last, event.lasting, seal.personal_hash).hash === hash;
  return isWhole ? null : altered(id, position);
};

const isUnexpected = ({ position, hash, event_id }: SealedEvent, expected: Link | undefined): AuditProblem | null =>
  expected?.position === position && expected.hash !== hash ? altered(event_id, position) : null;

const isCut = (last: Link, expected: Link | undefined): AuditProblem | null =>
  expected === undefined || expected.position <= last.position
    ? null
    : {
        kind: 'cut',
        eventId: null,
        position: last.position + 1,
        message: `The chain ends at position ${last.position}; it was ${expected.position} long. Its end was deleted.`,
      };

const altered = (eventId: string, position: number): AuditProblem => ({
  kind: 'altered',
  eventId,
  position,
  message: `Event ${eventId} at position ${position} is not what was sealed there: it was altered or moved.`,
});

const deleted = (eventId: string | null, position: number | null): AuditProblem => ({
  kind: 'deleted',
  eventId,
  position,
  message: `${eventId === null ? 'The event' : `Event ${eventId}`} ${position === null ? 'that waited for its seal' : `at position ${position}`} was deleted.`,
});

const inserted = (eventId: string): AuditProblem => ({
  kind: 'inserted',
  eventId,
  position: null,
  message: `Event ${eventId} was inserted past the service: it has no place in the chain and waits for none.`,
});
