import { useSearchParams } from 'react-router';

const FIELDS = ['user', 'actor', 'type', 'from', 'to', 'ip'] as const;

export type EventField = (typeof FIELDS)[number];

export interface EventFilter {
  values: Record<EventField, string>;
  /** How many of them narrow the list down. */
  count: number;
  set: (field: EventField, value: string) => void;
  clear: () => void;
}

/** What the audit log is narrowed down to. It lives in the address, so that it can be linked, and found again. */
export const useEventFilter = (): EventFilter => {
  const [params, setParams] = useSearchParams();
  const read = (field: EventField) => params.get(field)?.trim() ?? '';
  const set = (field: EventField, value: string) => {
    // Not from `params`: the address is ahead of what is drawn, and who is quick would lose the field set before.
    const after = new URLSearchParams(window.location.search);
    if (value === '') after.delete(field);
    else after.set(field, value);
    setParams(after);
  };
  return {
    values: {
      user: read('user'),
      actor: read('actor'),
      type: read('type'),
      from: read('from'),
      to: read('to'),
      ip: read('ip'),
    },
    count: FIELDS.filter((field) => read(field) !== '').length,
    set,
    clear: () => setParams({}),
  };
};
