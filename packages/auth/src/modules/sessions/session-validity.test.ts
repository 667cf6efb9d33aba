import { expect, test } from 'vitest';
import { endReasonOf, idleExpiryOf } from './session-validity.ts';

const NOON = new Date('2026-11-20T12:00:00Z');
const minutesBefore = (minutes: number) => new Date(NOON.getTime() - minutes * 60_000);
const minutesAfter = (minutes: number) => minutesBefore(-minutes);

const session = { lastActiveAt: minutesBefore(10), expiresAt: minutesAfter(600), endReason: null };

test('a session that is used holds', () => {
  expect(endReasonOf(session, 60, NOON)).toBeNull();
});

test('it is idle once the timeout and the minute of grace have passed, not before', () => {
  expect(endReasonOf({ ...session, lastActiveAt: minutesBefore(60) }, 60, NOON)).toBeNull();
  expect(endReasonOf({ ...session, lastActiveAt: new Date(minutesBefore(61).getTime() + 1) }, 60, NOON)).toBeNull();
  expect(endReasonOf({ ...session, lastActiveAt: minutesBefore(61) }, 60, NOON)).toBe('idle');
});

test('it expires on the dot', () => {
  expect(endReasonOf({ ...session, expiresAt: new Date(NOON.getTime() + 1) }, 60, NOON)).toBeNull();
  expect(endReasonOf({ ...session, expiresAt: NOON }, 60, NOON)).toBe('expired');
});

test('what somebody did counts before what time did', () => {
  const gone = { lastActiveAt: minutesBefore(900), expiresAt: minutesBefore(1), endReason: 'revoked' as const };
  expect(endReasonOf(gone, 60, NOON)).toBe('revoked');
  expect(endReasonOf({ ...gone, endReason: null }, 60, NOON)).toBe('expired');
});

test('activity of a clock that runs ahead does no harm', () => {
  expect(endReasonOf({ ...session, lastActiveAt: minutesAfter(5) }, 60, NOON)).toBeNull();
});

test('the idle end is never after the absolute one', () => {
  expect(idleExpiryOf(session, 60)).toEqual(minutesAfter(50));
  expect(idleExpiryOf({ ...session, expiresAt: minutesAfter(20) }, 60)).toEqual(minutesAfter(20));
});
