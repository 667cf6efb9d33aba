import { expect, test } from 'vitest';
import { fromLocalTime, toLocalTime } from './local-time.ts';

test('an instant survives the way into a field and back', () => {
  const instant = '2026-11-20T09:30:00.000Z';
  expect(toLocalTime(instant)).toMatch(/^2026-11-(19|20|21)T\d\d:\d\d$/);
  expect(fromLocalTime(toLocalTime(instant))).toBe(instant);
});

test.each(['', 'soon', '2026-13-45T00:00'])('"%s" is no instant', (value) => {
  expect(toLocalTime(value)).toBe('');
  expect(fromLocalTime(value)).toBe('');
});
