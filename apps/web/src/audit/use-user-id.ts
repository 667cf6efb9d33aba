import { authApi } from '@latchkey/client/react';
import { UserIdInput } from '@latchkey/contract';

const MAX_FOUND = 100;
const MAX_SEARCH_LENGTH = 200;

/** Whom a filter names. */
export type NamedUser =
  | { kind: 'nobody' }
  | { kind: 'searching' }
  | { kind: 'known'; id: string }
  | { kind: 'unknown'; message: string }
  | { kind: 'failed'; error: unknown; retry: () => unknown };

/** Finds the id that an e-mail address stands for; an id stands for itself, so that the purged are found, too. */
export const useUserId = (emailOrId: string): NamedUser => {
  const email = emailOrId.toLowerCase();
  const isId = UserIdInput.safeParse({ id: emailOrId }).success;
  const enabled = email !== '' && !isId;
  const input = { search: email.slice(0, MAX_SEARCH_LENGTH), limit: MAX_FOUND };
  const present = authApi.admin.users.list.useQuery(input, { enabled });
  const deleted = authApi.admin.users.list.useQuery({ ...input, deleted: true }, { enabled });
  if (email === '') return { kind: 'nobody' };
  if (isId) return { kind: 'known', id: email };
  const found = [present, deleted].flatMap(({ data }) => data?.items ?? []).find((user) => user.email === email);
  if (found !== undefined) return { kind: 'known', id: found.id };
  const failed = [present, deleted].find(({ error }) => error !== null);
  if (failed !== undefined) return { kind: 'failed', error: failed.error, retry: failed.refetch };
  if (present.isPending || deleted.isPending) return { kind: 'searching' };
  return { kind: 'unknown', message: 'Nobody has this e-mail address.' };
};
