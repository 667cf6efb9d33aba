import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { leastIdAt, timeOfId } from './uuid-time.ts';

const NOW = Date.parse('2026-11-20T09:30:00.123Z');

test('no id of a time is less than the least one, and each earlier one is', () => {
  const ids = Array.from({ length: 100 }, () => v7({ msecs: NOW })).sort();
  expect(leastIdAt(NOW) <= String(ids[0])).toBe(true);
  expect(leastIdAt(NOW) > v7({ msecs: NOW - 1, random: new Uint8Array(16).fill(0xff) })).toBe(true);
});

test('is an id of its version, also before 1970', () => {
  expect(leastIdAt(NOW)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-0{12}$/);
  expect(leastIdAt(-1)).toBe('00000000-0000-7000-8000-000000000000');
});

test('tells when an id was made', () => {
  expect(timeOfId(v7({ msecs: NOW }))).toBe(NOW);
  expect(timeOfId(leastIdAt(NOW))).toBe(NOW);
});
