import type { AppRouter } from '@latchkey/auth/app-router';
import { TokenPair } from '@latchkey/contract';
import {
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  type Operation,
  type OperationResultObservable,
  splitLink,
  type TRPCLink,
} from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EventSource, type EventSourceInit } from 'eventsource';
import type { Fetch } from '../cookie-jar.ts';
import { refuseForeign } from '../refuse-foreign.ts';
import { bearerLink, bearerOf } from './bearer-link.ts';
import type { TokenKeeper } from './token-keeper.ts';

interface TokenLinkOptions {
  keeper: TokenKeeper;
  /** Where tRPC is. */
  target: string;
  headers: Record<string, string>;
  maxBatchSize: number;
  fetch: Fetch;
  /** The same with cookies. */
  fetchWithCookies: Fetch;
}

/** Answers that are kept. */
const ISSUING = new Set(['tokens.issue', 'tokens.refresh']);

/** Calls that set a cookie, or are made with one; all others need nothing but the token. */
const WITH_COOKIES = new Set([...ISSUING, 'auth.register', 'auth.login', 'auth.logout']);

/** The links of a client that shows who calls by a token. */
export const tokenLinks = (options: TokenLinkOptions): TRPCLink<AppRouter>[] => [
  keepingLink(options.keeper),
  bearerLink(options.keeper),
  sendingLink(options),
];

/** Keeps what was issued, and forgets it at the logout, even when the service could not be told of that. */
const keepingLink =
  (keeper: TokenKeeper): TRPCLink<AppRouter> =>
  () =>
  ({ op, next }) => {
    if (op.path === 'auth.logout') {
      const forget = () => keeper.forget('logged_out');
      return before(next(op), { done: forget, failed: forget });
    }
    if (!ISSUING.has(op.path)) return next(op);
    return before(next(keeper.usesCookie ? inCookie(op) : op), {
      done: (data) => keeper.take(TokenPair.parse(data)),
      failed: async () => {},
    });
  };

const inCookie = (op: Operation): Operation =>
  op.path === 'tokens.issue' ? { ...op, input: { ...Object(op.input), cookie: true } } : op;

type Results = OperationResultObservable<AppRouter, unknown>;

interface Acts {
  done(data: unknown): Promise<void>;
  failed(): Promise<void>;
}

/** Does something before a call is over for the one who made it. */
const before = (results: Results, { done, failed }: Acts): Results =>
  observable((observer) =>
    results.subscribe({
      next: (value) => {
        const data = 'data' in value.result ? value.result.data : undefined;
        done(data).then(() => {
          observer.next(value);
          observer.complete();
        }, observer.error);
      },
      error: (error) => {
        const fail = () => observer.error(error);
        failed().then(fail, fail);
      },
    }),
  );

const sendingLink = (options: TokenLinkOptions): TRPCLink<AppRouter> => {
  const { keeper, target: url, headers, maxBatchSize: maxItems, fetch, fetchWithCookies } = options;
  const fetchPlain: Fetch = (input, init) => fetch(input, { ...init, credentials: 'omit' });
  // Asked for each time that the stream is opened again.
  const fetchStream: EventSourceInit['fetch'] = async (input, init) =>
    fetchPlain(input, {
      ...init,
      headers: { ...init.headers, ...headers, ...authorization(await keeper.accessToken()) },
    } as RequestInit);
  return splitLink({
    condition: ({ type }) => type === 'subscription',
    true: httpSubscriptionLink({ url, EventSource, eventSourceOptions: { fetch: fetchStream } }),
    false: splitLink({
      condition: ({ path }) => WITH_COOKIES.has(path),
      // By itself: the cookie of a refresh belongs to the path of that one procedure.
      true: httpLink({
        url,
        headers: ({ op }) => ({ ...headers, ...authorization(bearerOf(op)) }),
        fetch: (input, init) => refuseForeign(fetchWithCookies)(input, init as RequestInit),
      }),
      false: httpBatchLink({
        url,
        maxItems,
        headers: ({ opList: [op] }) => ({ ...headers, ...authorization(bearerOf(op)) }),
        fetch: (input, init) => refuseForeign(fetchPlain)(input, init as RequestInit),
      }),
    }),
  });
};

const authorization = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };
