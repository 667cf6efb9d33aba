import { authApi } from '@latchkey/client/react';
import { AuditEventListInput } from '@latchkey/contract';
import { keepPreviousData } from '@tanstack/react-query';
import type { EventField, EventFilter } from './use-event-filter.ts';
import { type NamedUser, useUserId } from './use-user-id.ts';

/** The fields of the input by the fields of the filter. */
const INPUT_FIELDS = {
  user: 'userId',
  actor: 'actorId',
  type: 'type',
  from: 'from',
  to: 'to',
  ip: 'ipAddress',
} as const satisfies Record<EventField, keyof AuditEventListInput>;

type FieldProblems = Partial<Record<EventField, string>>;

/** The events that a filter leaves over, page by page; what is wrong with the filter is said by field. */
export const useEvents = ({ values }: Pick<EventFilter, 'values'>) => {
  const user = useUserId(values.user);
  const actor = useUserId(values.actor);
  const { input, problems } = toInput({ ...values, user: idOf(user), actor: idOf(actor) });
  if (user.kind === 'unknown') problems.user = user.message;
  if (actor.kind === 'unknown') problems.actor = actor.message;
  const isWrong = Object.keys(problems).length > 0;
  const isAsked = !isWrong && [user, actor].every(({ kind }) => kind === 'nobody' || kind === 'known');
  const list = authApi.admin.events.list.useInfiniteQuery(input, {
    enabled: isAsked,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });
  return {
    list,
    events: isWrong ? [] : (list.data?.pages.flatMap(({ items }) => items) ?? []),
    problems,
    isWrong,
    isOutdated: !isAsked || list.isPlaceholderData,
    failure: failureOf(user) ?? failureOf(actor) ?? (list.error && { error: list.error, retry: list.refetch }),
  };
};

const failureOf = (named: NamedUser) => (named.kind === 'failed' ? named : null);

const idOf = (named: NamedUser): string => (named.kind === 'known' ? named.id : '');

/** Only what is filled in, and only when all of it is right: a list for half a filter would mislead. */
const toInput = (values: Record<EventField, string>) => {
  const fields = Object.keys(INPUT_FIELDS) as EventField[];
  const given = Object.fromEntries(
    fields.flatMap((field) => (values[field] === '' ? [] : [[INPUT_FIELDS[field], values[field]]])),
  );
  const checked = AuditEventListInput.safeParse(given);
  if (checked.success) return { input: given, problems: {} as FieldProblems };
  const problems: FieldProblems = {};
  for (const { path, message } of checked.error.issues) {
    const field = fields.find((name) => INPUT_FIELDS[name] === path[0]);
    if (field !== undefined) problems[field] ??= message;
  }
  return { input: {}, problems };
};
