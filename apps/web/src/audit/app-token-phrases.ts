import { type EventFacts, type Phrase, textOf } from './phrase.ts';

const named = (facts: EventFacts): string => {
  const name = textOf(facts, 'name');
  return name === null ? 'an app token' : `the app token “${name}”`;
};

/** What happens to app tokens, in words. */
export const APP_TOKEN_PHRASES: Record<string, Phrase> = {
  'app_token.created': (facts) => `{user} created ${named(facts)}`,
  'app_token.revoked': (facts) => `{user} revoked ${named(facts)}`,
};
