import { EVENT_TYPES } from './event-types.ts';

/** The kinds of events to choose from, each by its words and by the name that payloads and the documentation use. */
export const EVENT_OPTIONS = EVENT_TYPES.map(({ group, items }) => ({
  group,
  items: items.map(({ value, label }) => ({ value, label: `${label} · ${value}` })),
}));
