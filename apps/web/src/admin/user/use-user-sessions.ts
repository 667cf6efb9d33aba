import { authApi } from '@latchkey/client/react';

/** The active sessions of an account, page by page, and the means to end them. */
export const useUserSessions = (id: string) => {
  const utils = authApi.useUtils();
  const refresh = () => Promise.all([utils.admin.invalidate(), utils.sessions.list.invalidate()]);
  const list = authApi.admin.sessions.list.useInfiniteQuery(
    { id },
    { getNextPageParam: ({ nextCursor }) => nextCursor },
  );
  return {
    list,
    sessions: list.data?.pages.flatMap(({ items }) => items) ?? [],
    revoke: authApi.admin.sessions.revoke.useMutation({ onSettled: refresh }),
    revokeAll: authApi.admin.sessions.revokeAll.useMutation({ onSettled: refresh }),
  };
};
