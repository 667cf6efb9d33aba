import { EventType } from '@latchkey/contract';
import { expect, test } from 'vitest';
import { EVENT_TYPES } from './event-types.ts';

test('every kind of event has words, and there are words for no other', () => {
  const offered = EVENT_TYPES.flatMap(({ items }) => items.map(({ value }) => value));
  expect(offered.toSorted()).toEqual(EventType.options.toSorted());
});
