import type { SealedEvent } from './audit-walk.repository.ts';
import { hashPersonal, type Link, nextLink } from './seal.ts';

/** What was found to be wrong, and where. */
export interface AuditProblem {
  kind: 'altered' | 'deleted' | 'inserted' | 'cut';
  eventId: string | null;
  /** Its place in the chain; null: it has none. */
  position: number | null;
  /** For people. */
  message: string;
}

/** How far a walk along the chain has come. */
export interface WalkState {
  last: Link;
  anonymised: number;
  expectHead: Link | undefined;
}

/** Goes along the page as far as it is whole, and says what is wrong with the one after. */
export const findProblem = (seals: SealedEvent[], state: WalkState): AuditProblem | null => {
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

/** Whether retention is said to have ended at another link than the one that was noted down. */
export const isOtherStart = (start: Link, expected: Link | undefined): AuditProblem | null =>
  expected === undefined || expected.position !== start.position || expected.hash === start.hash
    ? null
    : {
        kind: 'altered',
        eventId: null,
        position: start.position,
        message: `Retention left off at position ${start.position}, at another link than the one that was expected there.`,
      };

export const isCut = (last: Link, expected: Link | undefined): AuditProblem | null =>
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

export const deleted = (eventId: string | null, position: number | null): AuditProblem => ({
  kind: 'deleted',
  eventId,
  position,
  message: `${eventId === null ? 'The event' : `Event ${eventId}`} ${position === null ? 'that waited for its seal' : `at position ${position}`} was deleted.`,
});

export const inserted = (eventId: string): AuditProblem => ({
  kind: 'inserted',
  eventId,
  position: null,
  message: `Event ${eventId} was inserted past the service: it has no place in the chain and waits for none.`,
});
