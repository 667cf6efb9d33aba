import { expect, test } from 'vitest';
import { wordsFor } from './words-for.ts';

test.each([
  [['*', 'user.login'], 'All events'],
  [['user.*'], 'All about users'],
  [['user.login', 'user.banned'], 'Login, Ban'],
  [['user.login', 'user.banned', 'user.logout', 'token.issued'], 'Login, Ban and 2 more'],
  [['token.issued'], 'token.issued'],
])('%o: %s', (events, words) => {
  expect(wordsFor(events)).toBe(words);
});
