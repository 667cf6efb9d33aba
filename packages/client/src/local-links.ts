import type { AppRouter } from '@latchkey/auth/app-router';
import { splitLink, TRPCClientError, type TRPCLink, unstable_localLink } from '@trpc/client';
import {
  type AnyTRPCRouter,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  isTrackedEnvelope,
} from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { errorLink, withoutDirectionLink } from './links.ts';

interface LocalLinkOptions {
  router: AnyTRPCRouter;
  createContext(): object;
}

/** The links of a client in the process of the service. */
export const localLinks = (options: LocalLinkOptions): TRPCLink<AppRouter>[] => [
  errorLink,
  withoutDirectionLink,
  splitLink({
    condition: ({ type }) => type === 'subscription',
    true: subscriptionLink(options),
    false: callLink(options),
  }),
];

const callLink = ({ router, createContext }: LocalLinkOptions): TRPCLink<AppRouter> => {
  const link = unstable_localLink({ router, createContext: async () => createContext() });
  // The router of the running service has more types than the wire has; at run time it is the same one.
  return link as unknown as TRPCLink<AppRouter>;
};

/** tRPC's own local link completes a subscription before it can say that it has failed. */
const subscriptionLink =
  ({ router, createContext }: LocalLinkOptions): TRPCLink<AppRouter> =>
  () =>
  ({ op: { path, input } }) =>
    observable((observer) => {
      const ctx = createContext();
      const reader: { items?: AsyncIterator<unknown>; hasLeft: boolean } = { hasLeft: false };
      const call = { router, path, ctx, type: 'subscription', signal: undefined, batchIndex: 0 } as const;

      const listen = async () => {
        const stream = (await callTRPCProcedure({ ...call, getRawInput: async () => input })) as AsyncIterable<unknown>;
        reader.items = stream[Symbol.asyncIterator]();
        if (reader.hasLeft) return void (await reader.items.return?.());
        observer.next({ result: { type: 'started' } });
        for (let item = await reader.items.next(); item.done !== true; item = await reader.items.next()) {
          observer.next({ result: resultOf(item.value) });
        }
        observer.complete();
      };
      listen().catch((cause: unknown) => {
        const error = getTRPCErrorFromUnknown(cause);
        const shape = getTRPCErrorShape({ config: router._def._config, error, type: call.type, path, input, ctx });
        observer.error(TRPCClientError.from({ error: shape }));
      });

      return () => {
        reader.hasLeft = true;
        void reader.items?.return?.();
      };
    });

const resultOf = (value: unknown) =>
  isTrackedEnvelope(value) ? { id: value[0], data: { id: value[0], data: value[1] } } : { data: value };
