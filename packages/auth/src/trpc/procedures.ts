import type { ErrorCode, Scope } from '@latchkey/contract';
import { initTRPC } from '@trpc/server';
import type { OpenApiMeta } from 'trpc-to-openapi';
import type { z } from 'zod';
import { AuthError } from '../kernel/auth-error.ts';
import { assertRecent, assertScope, type Principal, requirePrincipal } from '../kernel/principal.ts';
import type { Context } from './context.ts';
import { describeError, toTrpcShape } from './describe-error.ts';
import { observed } from './observed.ts';

/** A subscription as REST clients find it: a `GET` that is answered with server-sent events. */
export interface StreamRoute {
  path: string;
  tags: string[];
  summary: string;
  description: string;
  /** The schema of what an event carries. */
  data: z.ZodType;
}

type SuccessStatus = 200 | 201 | 202 | 204;

interface RouteMeta {
  stream?: StreamRoute;
  /** The status of success over REST; for a union, one for each of its options, in their order. Default: 200. */
  successStatus?: SuccessStatus | readonly SuccessStatus[];
  /** What it refuses with, besides what all operations of its kind do. */
  errors?: readonly ErrorCode[];
  /** What an app token needs in order to call; without one, no app token may. */
  scope?: Scope;
  /** For administrators: an app token needs `admin:read` for queries, `admin:write` for others. */
  isForAdmins?: boolean;
  /** False: asking does not put off the idle timeout. Default: true. */
  countsAsActivity?: boolean;
}

/** Where a procedure is found over REST, and how it answers there. */
export type ProcedureMeta = OpenApiMeta<RouteMeta>;

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    errorFormatter: ({ error, ctx }) => {
      const { status, payload } = describeError(error, ctx?.caller.traceId ?? '');
      return toTrpcShape(status, payload);
    },
  });

export const { router } = t;

/** Anyone may call. */
export const publicProcedure = t.procedure.use(observed);

/** What an app token needs to call a procedure; undefined: none may. */
export const scopeOf = (meta: ProcedureMeta | undefined, type: string): Scope | undefined => {
  if (meta?.isForAdmins === true) return type === 'mutation' ? 'admin:write' : 'admin:read';
  return meta?.scope;
};

/** Needs an active session, or an app token with the scope of the procedure; the principal is in the context. */
export const protectedProcedure = publicProcedure.use(async ({ ctx, meta, type, next }) => {
  const principal = requirePrincipal(await ctx.authenticate({ countsAsActivity: meta?.countsAsActivity ?? true }));
  assertScope(principal, scopeOf(meta, type));
  return next({ ctx: { principal } });
});

/** Needs a session whose password was proved within the re-authentication window (OWASP ASVS 7.5.1). */
export const recentProcedure = protectedProcedure.use(({ ctx, next }) => {
  assertRecent(ctx.principal);
  return next();
});

/** Stands behind `.input(...)`: what this tells to be sensitive needs a recent proof of the password, as above. */
export const recentWhere =
  <Ctx extends { principal: Principal }, Input, Result>(isSensitive: (input: Input) => boolean) =>
  ({ ctx, input, next }: { ctx: Ctx; input: Input; next: () => Promise<Result> }): Promise<Result> => {
    if (isSensitive(input)) assertRecent(ctx.principal);
    return next();
  };

/** Needs a session of an administrator, or an app token of one with `admin:read` for queries, `admin:write` for others. */
export const adminProcedure = protectedProcedure.meta({ isForAdmins: true }).use(({ ctx, next }) => {
  if (ctx.principal.user.role !== 'admin') throw new AuthError('FORBIDDEN');
  return next();
});
