import { APP_TOKEN_PHRASES } from './app-token-phrases.ts';
import { AUDIT_PHRASES } from './audit-phrases.ts';
import { labelOf } from './event-types.ts';
import type { EventFacts } from './phrase.ts';
import { SESSION_PHRASES } from './session-phrases.ts';
import { TOKEN_PHRASES } from './token-phrases.ts';
import { USER_PHRASES } from './user-phrases.ts';
import { WEBHOOK_PHRASES } from './webhook-phrases.ts';

const PHRASES = new Map(
  Object.entries({
    ...USER_PHRASES,
    ...SESSION_PHRASES,
    ...TOKEN_PHRASES,
    ...APP_TOKEN_PHRASES,
    ...WEBHOOK_PHRASES,
    ...AUDIT_PHRASES,
  }),
);

/** An event as a sentence, in which `{actor}` and `{user}` stand for who did it and whom it is about. */
export const sentenceOf = (facts: EventFacts): string => {
  const { type, userId, actorId } = facts.event;
  const phrase = PHRASES.get(type);
  if (phrase !== undefined) return phrase(facts);
  const about = userId === null ? '' : ', about {user}';
  return `${labelOf(type)}${actorId === null ? '' : ' by {actor}'}${actorId === userId ? '' : about}`;
};
