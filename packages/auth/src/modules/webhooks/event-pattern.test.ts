import { expect, test } from 'vitest';
import { matchesEvent } from './event-pattern.ts';

test.each([
  [['*'], 'user.login', true],
  [['user.login'], 'user.login', true],
  [['user.*'], 'user.login', true],
  [['session.*', 'user.banned'], 'user.banned', true],
  [['user.login'], 'user.login_failed', false],
  [['session.*'], 'sessions.bulk_revoked', false],
  [['user.*'], 'users', false],
  [[], 'user.login', false],
])('%o and %s: %s', (patterns, type, isWanted) => {
  expect(matchesEvent(patterns, type)).toBe(isWanted);
});
