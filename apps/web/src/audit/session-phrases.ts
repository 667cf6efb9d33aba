import { type EventFacts, isOwn, on, type Phrase, textOf } from './phrase.ts';

const countOf = ({ event }: EventFacts): string => {
  const { revoked } = event.data;
  if (typeof revoked !== 'number') return 'sessions';
  return revoked === 1 ? '1 session' : `${revoked} sessions`;
};

/** Why a session ended, where nobody ended it on purpose. */
const ENDINGS = new Map([
  ['logged_out', 'ended with a logout'],
  ['evicted', 'made room for a newer one'],
  ['password_changed', 'ended as the password changed'],
  ['password_reset', 'ended as the password was reset'],
  ['banned', 'ended with a ban'],
  ['reuse_detected', 'ended, as its token was used twice'],
]);

const sessionRevoked: Phrase = (facts) => {
  const ending = ENDINGS.get(textOf(facts, 'reason') ?? '');
  if (ending !== undefined) return `A session of {user}${on(facts)} ${ending}`;
  if (facts.event.actorId === null) return `A session of {user}${on(facts)} ended`;
  return isOwn(facts)
    ? `{user} ended a session of their own${on(facts)}`
    : `{actor} ended a session of {user}${on(facts)}`;
};

const sessionExpired: Phrase = (facts) =>
  textOf(facts, 'reason') === 'idle'
    ? `A session of {user}${on(facts)} ended, as it was not used`
    : `A session of {user}${on(facts)} reached its end`;

const manyRevoked: Phrase = (facts) => {
  const ending = ENDINGS.get(textOf(facts, 'reason') ?? '');
  if (ending !== undefined) return `${countOf(facts)} of {user} ${ending}`;
  if (facts.event.actorId === null) return `${countOf(facts)} of {user} ended`;
  return isOwn(facts) ? `{user} ended ${countOf(facts)} of their own` : `{actor} ended ${countOf(facts)} of {user}`;
};

/** What happens to sessions, in words. */
export const SESSION_PHRASES: Record<string, Phrase> = {
  'session.created': (facts) => `{user} got a new session${on(facts)}`,
  'session.revoked': sessionRevoked,
  'session.expired': sessionExpired,
  'sessions.bulk_revoked': manyRevoked,
};
