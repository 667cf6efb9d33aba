import { EventType, WebhookCreateInput } from '@latchkey/contract';
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

test('a webhook may ask for each kind of event, by its name and by its first word, and is told of it', () => {
  for (const type of EventType.options) {
    const events = [type, type.replace(/\..*/, '.*'), '*'];
    expect(WebhookCreateInput.parse({ url: 'https://example.com/hook', events }).events).toEqual(events);
    for (const pattern of events) expect(matchesEvent([pattern], type)).toBe(true);
  }
});
