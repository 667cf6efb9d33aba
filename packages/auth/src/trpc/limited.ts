import { AuthError } from '../kernel/auth-error.ts';
import type { LimitKeys, LimitName } from '../kernel/limits/limit-table.ts';
import type { Context } from './context.ts';
import { authErrorOf } from './describe-error.ts';

/** What the keys of a limit may be made of. */
interface Facts<Ctx extends Context, Input> {
  ctx: Ctx;
  input: Input;
  /** Where the call comes from, as it is counted; null for a service that is not limited by address. */
  address: string | null;
}

interface LimitedOptions<Ctx extends Context, Input> {
  /** Hears of the one attempt by which a lock began. */
  onLock?(facts: Facts<Ctx, Input> & { retryAfterSeconds: number }): Promise<void>;
}

/**
 * Counts each call of a procedure, whichever door or batch it came through, before it does anything. Stands
 * behind `.input(...)`: what is not valid costs nothing and is not counted. Nor is what fails because the service is
 * not able to: whoever tries during an outage is not locked out after it.
 * @example
 * publicProcedure
 *   .input(ForgotPasswordInput)
 *   .use(limited('forgotPassword', ({ input, address }) => ({ address, account: input.email })))
 */
export const limited =
  <Name extends LimitName, Ctx extends Context, Input, Result extends { ok: boolean; error?: unknown }>(
    name: Name,
    keysOf: (facts: Facts<Ctx, Input>) => LimitKeys<Name> | Promise<LimitKeys<Name>>,
    { onLock }: LimitedOptions<Ctx, Input> = {},
  ) =>
  async ({ ctx, input, next }: { ctx: Ctx; input: Input; next: () => Promise<Result> }): Promise<Result> => {
    const facts = { ctx, input, address: ctx.network() };
    const keys = await keysOf(facts);
    const verdict = await ctx.limits.consume(name, keys);
    if (verdict.kind === 'refused') {
      const { retryAfterSeconds, hasJustLocked } = verdict;
      if (hasJustLocked) await onLock?.({ ...facts, retryAfterSeconds });
      throw new AuthError('RATE_LIMITED', { details: { retryAfterSeconds } });
    }
    const result = await next();
    if (result.ok) await ctx.limits.reset(name, keys);
    else if (authErrorOf(result.error).code === 'UNAVAILABLE') await ctx.limits.giveBack(name, keys);
    return result;
  };
