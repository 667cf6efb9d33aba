import type { EndReason, Identity, LoginInput, RegisterInput, Session, SessionPage, User } from '@latchkey/contract';
import { hashKey, type InfiniteData, type QueryKey, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import { AuthApiError } from '../auth-api-error.ts';
import { tellOtherPages } from './other-pages.ts';
import { authApi } from './trpc.ts';
import { useAuthMutation } from './use-auth-mutation.ts';

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
  if (isSignedOut(error)) return { status: 'anonymous', endReason: error.endReason };
  if (data !== undefined) return { status: 'authenticated', ...data };
  return error === null ? { status: 'loading' } : { status: 'failed', error: AuthApiError.from(error) };
};

/** A 401 that does not speak the error contract comes from somebody else on the way. */
const isSignedOut = (error: unknown): error is AuthApiError =>
  error instanceof AuthApiError && (error.code === 'UNAUTHENTICATED' || error.code === 'SESSION_ENDED');

/** My active sessions, page by page, and the means to end them. */
export const useSessions = ({ limit = 20 }: { limit?: number } = {}) => {
  const utils = authApi.useUtils();
  const refresh = () => Promise.all([utils.sessions.list.invalidate(), utils.auth.me.invalidate()]);
  const { list: asked, revoke, revokeOthers } = utils.client.sessions;
  // Not the hook of tRPC, whose type of the error is another one; the key is that which it would have.
  const list = useInfiniteQuery<SessionPage, AuthApiError, InfiniteData<SessionPage>, QueryKey, string | null>({
    queryKey: getQueryKey(authApi.sessions.list, { limit }, 'infinite'),
    queryFn: ({ pageParam }) => asked.query(pageParam === null ? { limit } : { limit, cursor: pageParam }),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return {
    list,
    sessions: list.data?.pages.flatMap(({ items }) => items) ?? [],
    revoke: useAuthMutation({ mutationFn: (input: { id: string }) => revoke.mutate(input), onSettled: refresh }),
    revokeOthers: useAuthMutation({ mutationFn: () => revokeOthers.mutate(), onSettled: refresh }),
  };
};

/** Makes an account and logs in; where addresses must be verified first, a mail follows instead. */
export const useRegister = () => {
  const { client } = authApi.useUtils();
  const welcome = useWelcome();
  return useAuthMutation({
    mutationFn: (input: RegisterInput) => client.auth.register.mutate(input),
    onSuccess: async (result) => {
      if ('user' in result) await welcome(result);
    },
  });
};

/**
 * Logs in.
 * @example
 * const login = useLogin();
 * const isWrong = login.error?.code === 'AUTH_INVALID';
 * const submit = () => login.mutate({ email, password });
 */
export const useLogin = () => {
  const { client } = authApi.useUtils();
  return useAuthMutation({
    mutationFn: (input: LoginInput) => client.auth.login.mutate(input),
    onSuccess: useWelcome(),
  });
};

/** Logs out on this device. That the session has ended already is fine, too. */
export const useLogout = () => {
  const { client } = authApi.useUtils();
  const startOver = useStartOver();
  return useAuthMutation({
    mutationFn: () => client.auth.logout.mutate(),
    onSuccess: startOver,
    onError: (error) => (isSignedOut(error) ? startOver() : undefined),
  });
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
