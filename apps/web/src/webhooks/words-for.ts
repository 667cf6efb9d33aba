import { labelOf } from '../audit/event-types.ts';
import { EVENT_PATTERNS } from './event-patterns.ts';

const ALL = '*';
const SHOWN = 2;

const PATTERN_LABELS = new Map(EVENT_PATTERNS.map(({ value, label }) => [value, label]));

/** What a webhook asks for, in a few words. */
export const wordsFor = (events: string[]): string => {
  if (events.includes(ALL)) return 'All events';
  const shown = events.slice(0, SHOWN).map((event) => PATTERN_LABELS.get(event) ?? labelOf(event));
  const more = events.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
