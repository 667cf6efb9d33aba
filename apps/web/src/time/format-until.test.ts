import { expect, test } from 'vitest';
import { formatUntil } from './format-until.ts';

const NOW = new Date(2026, 10, 20, 12, 0);

test.each([
  [new Date(2026, 10, 20, 18, 30), 'until today at 18:30'],
  [new Date(2026, 11, 1, 9, 0), 'until 1 Dec at 09:00'],
  [new Date(2027, 0, 2, 9, 0), 'until 2 Jan 2027 at 09:00'],
])('%s is said as "%s"', (instant, words) => {
  expect(formatUntil(instant, NOW)).toBe(words);
});
