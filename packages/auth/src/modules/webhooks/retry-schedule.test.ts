import { expect, test } from 'vitest';
import { backOffSeconds, MAX_ATTEMPTS, retryInSeconds } from './retry-schedule.ts';

const HOUR = 3600;
const pauses = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => backOffSeconds(index + 1));

test('pauses grow from seconds to half a day, and together last about three days', () => {
  expect(pauses.slice(0, 8)).toEqual([5, 20, 80, 320, 1280, 5120, 20_480, 12 * HOUR]);
  expect(new Set(pauses.slice(7))).toEqual(new Set([12 * HOUR]));
  const hours = pauses.reduce((sum, pause) => sum + pause, 0) / HOUR;
  // Each of them lasts up to a quarter longer.
  expect(hours).toBeGreaterThan(60);
  expect(hours * 1.25).toBeLessThan(90);
});

test('a receiver may ask for a longer pause, up to half a day, and for no shorter one', () => {
  expect(retryInSeconds(1, null)).toBe(5);
  expect(retryInSeconds(1, 120)).toBe(120);
  expect(retryInSeconds(1, 30 * 24 * HOUR)).toBe(12 * HOUR);
  expect(retryInSeconds(5, 1)).toBe(1280);
});
