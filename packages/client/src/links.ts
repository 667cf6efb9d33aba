import type { AppRouter } from '@latchkey/auth/app-router';
import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { AuthApiError } from './auth-api-error.ts';

/** Makes every failure an `AuthApiError`. */
export const errorLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        next: (value) => observer.next(value),
        error: (error) => observer.error(AuthApiError.from(error)),
        complete: () => observer.complete(),
      }),
    );

/** `useInfiniteQuery` adds a `direction` to the input, which the service does not know. */
export const withoutDirectionLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    if (typeof op.input !== 'object' || op.input === null || !('direction' in op.input)) return next(op);
    const { direction: _, ...input } = op.input;
    return next({ ...op, input });
  };
