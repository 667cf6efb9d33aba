import { ALL, eventChoices } from './event-choices.ts';

const SHOWN = 2;

/** What a webhook asks for, in a few words. */
export const wordsFor = (events: string[]): string => {
  if (events.includes(ALL)) return 'All events';
  const labels = new Map(eventChoices(events).flatMap(({ items }) => items.map(({ value, label }) => [value, label])));
  const shown = events.slice(0, SHOWN).map((event) => labels.get(event) ?? event);
  const more = events.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
