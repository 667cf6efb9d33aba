import type { Phrase } from './phrase.ts';

/** What happens to tokens, in words. */
export const TOKEN_PHRASES: Record<string, Phrase> = {
  'token.issued': () => '{user} got tokens for an app',
  'token.refreshed': () => 'An app of {user} refreshed its tokens',
  'token.reuse_detected': () => 'A refresh token of {user} was used by two, so that its session ended',
};
