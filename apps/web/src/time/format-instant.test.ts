import { expect, it } from 'vitest';
import { formatInstant } from './format-instant.ts';

const NOW = new Date(2026, 10, 20, 12, 0);

it.each([
  [new Date(2026, 10, 20, 9, 30), 'today at 09:30'],
  [new Date(2026, 10, 20, 23, 59), 'today at 23:59'],
  [new Date(2026, 10, 19, 23, 59), 'on 19 Nov at 23:59'],
  [new Date(2027, 0, 2, 8, 5), 'on 2 Jan 2027 at 08:05'],
])('%s reads as "%s"', (instant, text) => {
  expect(formatInstant(instant, NOW)).toBe(text);
});
