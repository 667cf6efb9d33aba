import { type EventFacts, type Phrase, textOf } from './phrase.ts';

const NAMES = new Map([
  ['url', 'the address'],
  ['description', 'the description'],
  ['events', 'the events'],
]);

const hostOf = (facts: EventFacts): string => textOf(facts, 'host') ?? 'somewhere';

const updated: Phrase = (facts) => {
  const { changed, enabled } = facts.event.data;
  const fields = Array.isArray(changed) ? changed.flatMap((name) => NAMES.get(String(name)) ?? []) : [];
  const acts = [
    ...(typeof enabled === 'boolean' ? [enabled ? 'enabled' : 'disabled'] : []),
    ...(fields.length === 0 ? [] : [`changed ${fields.join(' and ')} of`]),
  ];
  return `{actor} ${acts.length === 0 ? 'changed' : acts.join(' and ')} the webhook to ${hostOf(facts)}`;
};

const disabled: Phrase = (facts) => {
  const why = textOf(facts, 'reason') === 'gone' ? 'it answered that it is gone' : 'nothing arrived for days';
  return `The webhook to ${hostOf(facts)} was disabled: ${why}`;
};

const replayed: Phrase = (facts) => {
  const what = textOf(facts, 'since') === null ? 'an event' : 'all events since a time';
  return `{actor} had ${what} sent to ${hostOf(facts)} again`;
};

/** What happens to webhooks, in words. */
export const WEBHOOK_PHRASES: Record<string, Phrase> = {
  'webhook.created': (facts) => `{actor} created a webhook to ${hostOf(facts)}`,
  'webhook.updated': updated,
  'webhook.secret_rotated': (facts) => `{actor} gave the webhook to ${hostOf(facts)} a new secret`,
  'webhook.replayed': replayed,
  'webhook.disabled': disabled,
  'webhook.deleted': (facts) => `{actor} deleted the webhook to ${hostOf(facts)}`,
};
