import { expect, it } from 'vitest';
import { formatRelative } from './format-relative.ts';

const NOW = new Date('2026-11-20T12:00:00.000Z');

it.each([
  ['2026-11-20T12:00:00.000Z', 'just now'],
  ['2026-11-20T11:59:01.000Z', 'just now'],
  ['2026-11-20T12:00:40.000Z', 'just now'],
  ['2026-11-20T11:59:00.000Z', '1 minute ago'],
  ['2026-11-20T11:01:00.000Z', '59 minutes ago'],
  ['2026-11-20T09:00:01.000Z', '2 hours ago'],
  ['2026-11-18T11:00:00.000Z', '2 days ago'],
  ['2026-09-20T11:00:00.000Z', '2 months ago'],
  ['2024-11-20T11:00:00.000Z', '2 years ago'],
  ['2026-11-20T13:00:00.000Z', 'in 1 hour'],
  ['2026-11-27T12:00:00.000Z', 'in 7 days'],
])('%s reads as "%s"', (instant, text) => {
  expect(formatRelative(new Date(instant), NOW)).toBe(text);
});
