import type { Phrase } from './phrase.ts';

const trimmed: Phrase = ({ event: { data } }) =>
  typeof data.events === 'number' && typeof data.days === 'number'
    ? `${data.events === 1 ? '1 event' : `${data.events} events`} older than ${data.days} days left the log`
    : 'Old events left the log';

/** What happens to the log itself, in words. */
export const AUDIT_PHRASES: Record<string, Phrase> = { 'audit.trimmed': trimmed };
