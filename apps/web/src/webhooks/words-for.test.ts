import { expect, test } from 'vitest';
import { wordsFor } from './words-for.ts';

test.each([
  [['*', 'user.login'], 'All events'],
  [['user.*'], 'All about users'],
  [['user.login', 'user.banned'], 'Login, Ban'],
  [['user.login', 'user.banned', 'user.logout', 'custom.kind'], 'Login, Ban and 2 more'],
  [['custom.kind'], 'custom.kind'],
])('%o: %s', (events, words) => {
  expect(wordsFor(events)).toBe(words);
});
