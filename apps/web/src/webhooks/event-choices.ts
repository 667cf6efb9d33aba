import { EVENT_OPTIONS } from '../audit/event-options.ts';
import { EVENT_PATTERNS } from './event-patterns.ts';

const named = EVENT_PATTERNS.map(({ value, label }) => ({ value, label: `${label} · ${value}` }));

/** What a webhook may ask for; `given` are in it even if nothing here knows them. */
export const eventChoices = (given: string[]) => {
  const groups = [{ group: 'Many at once', items: named }, ...EVENT_OPTIONS];
  const known = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)));
  const others = given.filter((value) => !known.has(value)).map((value) => ({ value, label: value }));
  return others.length === 0 ? groups : [...groups, { group: 'Others', items: others }];
};
