import type { AuditEvent } from '@latchkey/contract';

/** What a sentence is made of. */
export interface EventFacts {
  event: Pick<AuditEvent, 'type' | 'userId' | 'actorId' | 'data'>;
  /** Where the session of the event is or was, if that is known. */
  device: string | null;
  now: Date;
}

/** How a kind of event is said, with `{actor}` and `{user}` for who did it and whom it is about. */
export type Phrase = (facts: EventFacts) => string;

/** Whether somebody did it to themselves. */
export const isOwn = ({ event }: EventFacts): boolean => event.actorId !== null && event.actorId === event.userId;

/** A text among the data of an event. */
export const textOf = ({ event }: EventFacts, key: string): string | null => {
  const value = event.data[key];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** " (Firefox on Windows)", where that is known. */
export const on = ({ device }: EventFacts): string => (device === null ? '' : ` (${device})`);

export const always =
  (phrase: string): Phrase =>
  () =>
    phrase;

export const ownOr =
  (own: string, other: string): Phrase =>
  (facts) =>
    isOwn(facts) ? own : other;
