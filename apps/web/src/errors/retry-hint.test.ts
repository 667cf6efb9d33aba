import { expect, it } from 'vitest';
import { retryHint } from './retry-hint.ts';

it.each([
  [0, 'You can try again in 1 second.'],
  [1, 'You can try again in 1 second.'],
  [30, 'You can try again in 30 seconds.'],
  [60, 'You can try again in 1 minute.'],
  [61, 'You can try again in 61 seconds.'],
  [91, 'You can try again in 2 minutes.'],
  [3600, 'You can try again in 1 hour.'],
])('%i seconds read as "%s"', (seconds, sentence) => {
  expect(retryHint(seconds)).toBe(sentence);
});
