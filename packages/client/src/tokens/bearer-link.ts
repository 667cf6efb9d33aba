import type { AppRouter } from '@latchkey/auth/app-router';
import type { ErrorCode } from '@latchkey/contract';
import type { Operation, TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { AuthApiError } from '../auth-api-error.ts';
import type { TokenKeeper } from './token-keeper.ts';

/** Answers to a token that does not hold any more. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['UNAUTHENTICATED', 'SESSION_ENDED']);

/** Where a call carries its token on the way through the links. */
const BEARER = 'latchkey.bearer';

/** The token of a call that went through `bearerLink`; null when it goes without. */
export const bearerOf = ({ context }: Operation): string | null => {
  const token = context[BEARER];
  return typeof token === 'string' ? token : null;
};

/** Gives each call a token that holds, and one that was refused for its token a second chance with the next one. */
export const bearerLink =
  (keeper: TokenKeeper): TRPCLink<AppRouter> =>
  () =>
  ({ op, next }) =>
    observable((observer) => {
      const call: { sent: Unsubscribable | null; mayRetry: boolean; isOver: boolean } = {
        sent: null,
        mayRetry: true,
        isOver: false,
      };
      const fail = (error: unknown) => observer.error(AuthApiError.from(error));

      const send = async () => {
        const token = bringsCredentials(op) ? null : await keeper.accessToken();
        if (call.isOver) return;
        call.sent = next({ ...op, context: { ...op.context, [BEARER]: token } }).subscribe({
          next: (value) => {
            // A stream that was open may be refused again, hours later.
            if (op.type === 'subscription') call.mayRetry = true;
            observer.next(value);
          },
          error: (error) => void recover(error, token).catch(fail),
          complete: () => observer.complete(),
        });
      };
      const recover = async (error: Error, token: string | null) => {
        if (token === null || !call.mayRetry || !REFUSALS.has(AuthApiError.from(error).code)) return fail(error);
        call.mayRetry = false;
        // When it is over, the first answer says why.
        if ((await keeper.renew(token)) === null) return fail(error);
        return send();
      };

      send().catch(fail);
      return () => {
        call.isOver = true;
        call.sent?.unsubscribe();
      };
    });

const bringsCredentials = ({ path, input }: Operation): boolean =>
  path === 'auth.register' || path === 'auth.login' || (path === 'tokens.issue' && 'email' in Object(input));
