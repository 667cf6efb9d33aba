import type { Context } from './context.ts';
import { authErrorOf } from './describe-error.ts';

/** Counts and follows each call of a procedure, whichever door or batch it came through, and however it ends. */
export const observed = <Result extends { ok: boolean; error?: unknown }>({
  ctx: { caller, traceparent, metrics, tracer },
  path,
  next,
}: {
  ctx: Context;
  path: string;
  next: () => Promise<Result>;
}): Promise<Result> =>
  tracer.operation(path, { traceId: caller.traceId, traceparent }, async (span) => {
    const result = await next();
    const failure = result.ok ? null : authErrorOf(result.error);
    const status = failure?.code ?? 'ok';
    metrics.operation(path, status);
    span.set('auth.status', status);
    if (failure !== null && failure.status >= 500) span.fail();
    return result;
  });
