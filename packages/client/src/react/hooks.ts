import type { EndReason, Identity, Session, User } from '@latchkey/contract';
import { hashKey, useQueryClient } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import { AuthApiError } from '../auth-api-error.ts';
import { tellOtherPages } from './other-pages.ts';
import { authApi } from './trpc.ts';

/** Whether somebody is logged in, and who. */
export type SessionState =
  | { status: 'loading' }
  | { status: 'authenticated'; user: User; session: Session }
  | { status: 'anonymous'; endReason: EndReason | null }
  | { status: 'failed'; error: AuthApiError };

/**
 * Who is logged in. Asks again when the window gets the focus, so that a session which ended elsewhere is noticed.
 * @example
 * const session = useSession();
 * if (session.status === 'authenticated') return <p>Hello {session.user.email}</p>;
 */
export const useSession = (): SessionState => {
  // Being refused is an answer, too: a second component that asks does not ask the service again.
  const { data, error } = authApi.auth.me.useQuery(undefined, { retryOnMount: false });
  if (error instanceof AuthApiError && error.status === 401) return { status: 'anonymous', endReason: error.endReason };
  if (data !== undefined) return { status: 'authenticated', ...data };
  return error === null ? { status: 'loading' } : { status: 'failed', error: AuthApiError.from(error as AuthApiError) };
};

/** My active sessions, page by page, and the means to end them. */
export const useSessions = ({ limit = 20 }: { limit?: number } = {}) => {
  const utils = authApi.useUtils();
  const refresh = () => Promise.all([utils.sessions.list.invalidate(), utils.auth.me.invalidate()]);
  const list = authApi.sessions.list.useInfiniteQuery({ limit }, { getNextPageParam: ({ nextCursor }) => nextCursor });
  return {
    list,
    sessions: list.data?.pages.flatMap(({ items }) => items) ?? [],
    revoke: authApi.sessions.revoke.useMutation({ onSettled: refresh }),
    revokeOthers: authApi.sessions.revokeOthers.useMutation({ onSettled: refresh }),
  };
};

/** Makes an account and logs in; where addresses must be verified first, a mail follows instead. */
export const useRegister = () => {
  const welcome = useWelcome();
  return authApi.auth.register.useMutation({
    onSuccess: async (result) => {
      if ('user' in result) await welcome(result);
    },
  });
};

/** Logs in. */
export const useLogin = () => authApi.auth.login.useMutation({ onSuccess: useWelcome() });

/** Logs out on this device. That the session has ended already is fine, too. */
export const useLogout = () => {
  const startOver = useStartOver();
  const startOverIfGone = (error: unknown) =>
    error instanceof AuthApiError && error.status === 401 ? startOver() : undefined;
  return authApi.auth.logout.useMutation({ onSuccess: startOver, onError: startOverIfGone });
};

/** Forgets all that was read for whoever was logged in until now, here and in the other tabs. */
export const useStartOver = () => {
  const queries = useQueryClient();
  return () => {
    tellOtherPages();
    return queries.resetQueries();
  };
};

/** Keeps who logged in, and forgets all that was read for the one before. */
const useWelcome = () => {
  const queries = useQueryClient();
  const me = getQueryKey(authApi.auth.me, undefined, 'query');
  return async (identity: Identity) => {
    tellOtherPages();
    await queries.cancelQueries();
    queries.setQueryData(me, identity);
    await queries.resetQueries({ predicate: ({ queryKey }) => hashKey(queryKey) !== hashKey(me) });
  };
};
