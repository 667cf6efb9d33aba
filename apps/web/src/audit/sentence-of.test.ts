import { expect, test } from 'vitest';
import { sentenceOf } from './sentence-of.ts';

const ADA = '019a9f3e-0000-7000-8000-00000000000a';
const ROOT = '019a9f3e-0000-7000-8000-00000000000b';
const NOW = new Date(2026, 10, 20, 12, 0);

interface Given {
  type: string;
  actorId?: string | null;
  userId?: string | null;
  data?: Record<string, unknown>;
  device?: string;
}

const say = ({ type, actorId = ROOT, userId = ADA, data = {}, device }: Given): string =>
  sentenceOf({ event: { type, actorId, userId, data }, device: device ?? null, now: NOW });

test.each<[string, Given]>([
  [
    'A refresh token of {user} was used by two, so that its session ended',
    { type: 'token.reuse_detected', actorId: null },
  ],
  [
    '{actor} created a webhook to example.com',
    { type: 'webhook.created', userId: null, data: { host: 'example.com' } },
  ],
  [
    '{actor} changed the address and the events of the webhook to example.com',
    { type: 'webhook.updated', userId: null, data: { host: 'example.com', changed: ['url', 'events'] } },
  ],
  [
    '{actor} enabled the webhook to example.com',
    { type: 'webhook.updated', userId: null, data: { host: 'example.com', changed: ['enabled'], enabled: true } },
  ],
  [
    'The webhook to example.com was disabled: nothing arrived for days',
    { type: 'webhook.disabled', actorId: null, userId: null, data: { host: 'example.com', reason: 'failures' } },
  ],
  [
    '{actor} had an event sent to example.com again',
    { type: 'webhook.replayed', userId: null, data: { host: 'example.com', eventId: '1' } },
  ],
  [
    '{actor} had all events since a time sent to example.com again',
    { type: 'webhook.replayed', userId: null, data: { host: 'example.com', since: '2026-11-01T00:00:00.000Z' } },
  ],
  ['{actor} deleted the webhook to somewhere', { type: 'webhook.deleted', userId: null, data: { host: 7 } }],
  [
    '120 events older than 400 days left the log',
    { type: 'audit.trimmed', actorId: null, userId: null, data: { events: 120, days: 400 } },
  ],
  ['{user} logged in', { type: 'user.login', actorId: ADA }],
  [
    '{user} logged in on a new device (Safari on iOS)',
    { type: 'user.login', actorId: ADA, data: { newDevice: true }, device: 'Safari on iOS' },
  ],
  [
    '{user} created the app token “Nightly backup”',
    { type: 'app_token.created', actorId: ADA, data: { name: 'Nightly backup' } },
  ],
  ['{user} revoked an app token', { type: 'app_token.revoked', actorId: ADA }],
  ['{actor} invited {user} as an administrator', { type: 'user.created', data: { role: 'admin' } }],
  ['An account was created for {user}', { type: 'user.created', actorId: null, data: { role: 'user' } }],
  ['{user} changed their name', { type: 'user.updated', actorId: ADA, data: { changed: ['name'] } }],
  ['{actor} made {user} an administrator', { type: 'user.updated', data: { changed: ['role'], role: 'admin' } }],
  [
    '{actor} took the administrator role from {user}',
    { type: 'user.updated', data: { changed: ['role'], role: 'user' } },
  ],
  [
    '{actor} changed the name and e-mail address of {user}',
    { type: 'user.updated', data: { changed: ['name', 'email'] } },
  ],
  ['The role of {user} changed', { type: 'user.updated', actorId: null, data: { changed: ['role'] } }],
  ['{actor} banned {user} for good (“Spam”)', { type: 'user.banned', data: { reason: 'Spam', until: null } }],
  [
    '{actor} banned {user} until 1 Dec at 09:00 (“Spam”)',
    { type: 'user.banned', data: { reason: 'Spam', until: new Date(2026, 11, 1, 9, 0).toISOString() } },
  ],
  [
    'Somebody failed to log in with an address that nobody has',
    { type: 'user.login_failed', actorId: null, userId: null },
  ],
  ['Somebody failed to log in as {user}', { type: 'user.login_failed', actorId: null }],
  [
    '{user} tried to log in and was refused, being banned',
    { type: 'user.login_failed', actorId: null, data: { reason: 'banned' } },
  ],
  [
    '{actor} ended a session of {user} (Firefox on Windows)',
    { type: 'session.revoked', data: { reason: 'admin' }, device: 'Firefox on Windows' },
  ],
  ['{user} ended a session of their own', { type: 'session.revoked', actorId: ADA, data: { reason: 'revoked' } }],
  [
    'A session of {user} made room for a newer one',
    { type: 'session.revoked', actorId: null, data: { reason: 'evicted' } },
  ],
  [
    'A session of {user} (Safari on iOS) ended, as it was not used',
    { type: 'session.expired', actorId: null, data: { reason: 'idle' }, device: 'Safari on iOS' },
  ],
  ['A session of {user} reached its end', { type: 'session.expired', actorId: null, data: { reason: 'expired' } }],
  ['{actor} ended 2 sessions of {user}', { type: 'sessions.bulk_revoked', data: { reason: 'admin', revoked: 2 } }],
  ['1 session of {user} ended with a ban', { type: 'sessions.bulk_revoked', data: { reason: 'banned', revoked: 1 } }],
  ['{user} deleted their account', { type: 'user.deleted', actorId: ADA }],
  ['{actor} deleted the account of {user}', { type: 'user.deleted' }],
  ['carrier.hired by {actor}, about {user}', { type: 'carrier.hired' }],
  ['constructor', { type: 'constructor', actorId: null, userId: null }],
  ['carrier.failed', { type: 'carrier.failed', actorId: null, userId: null }],
])('says "%s"', (sentence, given) => {
  expect(say(given)).toBe(sentence);
});

test('data of another shape than expected break no sentence', () => {
  expect(say({ type: 'user.updated', data: { changed: 'name' } })).toBe('{actor} changed the data of {user}');
  expect(say({ type: 'sessions.bulk_revoked', data: { revoked: '2' } })).toBe('{actor} ended sessions of {user}');
  expect(say({ type: 'user.banned', data: {} })).toBe('{actor} banned {user} for good');
});
