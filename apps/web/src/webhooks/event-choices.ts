import { EVENT_TYPES } from '../audit/event-types.ts';

export const ALL = '*';

const PATTERNS = [
  { value: ALL, label: 'All events' },
  { value: 'user.*', label: 'All about users' },
  { value: 'session.*', label: 'All about single sessions' },
  { value: 'webhook.*', label: 'All about webhooks' },
];

/** What a webhook may ask for; `given` are in it even if nothing here knows them. */
export const eventChoices = (given: string[]) => {
  const groups = [{ group: 'Many at once', items: PATTERNS }, ...EVENT_TYPES];
  const known = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)));
  const others = given.filter((value) => !known.has(value)).map((value) => ({ value, label: value }));
  return others.length === 0 ? groups : [...groups, { group: 'Others', items: others }];
};
