import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mannWhitney, takeAsLong } from './mann-whitney.ts';

const evenly = (count: number, from: number) => Array.from({ length: count }, (_, index) => from + index);

test('samples that cannot be told apart', () => {
  expect(mannWhitney(evenly(100, 0), evenly(100, 0))).toBeGreaterThan(0.9);
  expect(mannWhitney([5, 5, 5, 5], [5, 5, 5, 5])).toBe(1);
});

test('samples that can', () => {
  expect(mannWhitney(evenly(100, 0), evenly(100, 30))).toBeLessThan(1e-4);
});

test('agrees with a value worked out elsewhere', () => {
  // scipy.stats.mannwhitneyu(range(20), range(5, 25), method='asymptotic'): 0.018522
  expect(mannWhitney(evenly(20, 0), evenly(20, 5))).toBeCloseTo(0.018522, 5);
});

test('a difference of some milliseconds is seen, and none is not', async () => {
  expect(await takeAsLong(30, [() => delay(1), () => delay(6)])).toBe(false);
  expect(await takeAsLong(30, [() => delay(2), () => delay(2)])).toBe(true);
});
