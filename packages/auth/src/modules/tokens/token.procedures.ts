import {
  IssueTokensInput,
  RefreshTokensInput,
  TokenDenials,
  TokenDenialsInput,
  TokenPair,
  TokenValidity,
  ValidateTokenInput,
} from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import { assertScope, requirePrincipal } from '../../kernel/principal.ts';
import { hashToken } from '../../kernel/secrets.ts';
import type { Context } from '../../trpc/context.ts';
import { limited } from '../../trpc/limited.ts';
import { publicProcedure } from '../../trpc/procedures.ts';
import type { AuthenticationService } from '../authentication/authentication.service.ts';
import type { LoginGuard } from '../authentication/login-guard.ts';
import type { IssuedPair, TokenService } from './token.service.ts';
import type { TokenDenials as DenialFeed } from './token-denials.ts';
import type { TokenGrant } from './token-grant.ts';

interface TokenServices {
  tokens: TokenService;
  denials: DenialFeed;
  authentication: AuthenticationService;
  guard: LoginGuard;
  /** A session that is kept by a refresh token may rest for as long as it holds. */
  idleTimeoutMinutes: number;
}

const tags = ['Tokens'];

export const tokenProcedures = ({ tokens, denials, authentication, guard, idleTimeoutMinutes }: TokenServices) => {
  const logIn = async (ctx: Context, email: string, password: string): Promise<TokenGrant> => {
    const { caller, deviceToken } = ctx;
    const origin = { caller, deviceToken, sessionToken: null, idleTimeoutMinutes };
    const login = await authentication.login({ email, password }, origin);
    ctx.deviceCookie.set(login.deviceToken);
    return { sessionId: login.session.id, cookieHash: null };
  };

  return {
    issue: publicProcedure
      .meta({
        openapi: {
          method: 'POST',
          path: '/auth/token',
          tags,
          summary: 'Get an access token and a refresh token',
          description:
            'For the session that calls, or, with e-mail and password, for a new one. They are listed as that session, and end with it.',
        },
        errors: ['AUTH_INVALID', 'EMAIL_NOT_VERIFIED', 'USER_BANNED', 'UNAUTHENTICATED', 'SESSION_ENDED', 'FORBIDDEN'],
      })
      .input(IssueTokensInput.optional())
      .use(
        limited(
          'login',
          ({ ctx: { deviceToken }, input, address }) =>
            input?.email === undefined
              ? { address: null, pair: null, account: null, device: null }
              : guard.keysOf({ email: input.email, address, deviceToken }),
          {
            onLock: ({ ctx: { caller }, input, retryAfterSeconds }) =>
              guard.recordLockout({ email: input?.email ?? '', caller, retryAfterSeconds }),
          },
        ),
      )
      .use(
        limited('issueTokens', async ({ ctx, input }) => ({
          user: input?.email === undefined ? await callingUser(ctx) : null,
        })),
      )
      .output(TokenPair)
      .mutation(async ({ ctx, input: { email, password, cookie = false } = {} }) => {
        const grant =
          email === undefined || password === undefined
            ? await sessionOfCookie(ctx)
            : await logIn(ctx, email, password);
        return handOver(ctx, await tokens.issue(grant, ctx.caller), cookie);
      }),

    refresh: publicProcedure
      .meta({
        openapi: {
          method: 'POST',
          path: '/auth/refresh',
          tags,
          protect: false,
          summary: 'Get the next pair of tokens',
          description:
            'A refresh token works once. Sent again within ten seconds it gets the same successor, so that parallel calls and lost answers do no harm; sent again later it ends its session, as somebody else must have it.',
        },
        errors: ['UNAUTHENTICATED', 'SESSION_ENDED'],
      })
      .input(RefreshTokensInput.optional())
      .use(limited('refreshTokens', ({ address }) => ({ address })))
      .output(TokenPair)
      .mutation(async ({ ctx, input }) => {
        const token = input?.refreshToken ?? ctx.refreshToken;
        if (token === null) throw new AuthError('UNAUTHENTICATED');
        const isInCookie = input?.refreshToken === undefined;
        try {
          return handOver(ctx, await tokens.refresh(token, ctx.caller), isInCookie);
        } catch (error) {
          if (isInCookie && error instanceof AuthError && error.status === 401) ctx.refreshCookie.clear();
          throw error;
        }
      }),

    validate: publicProcedure
      .meta({
        openapi: {
          method: 'POST',
          path: '/auth/validate',
          tags,
          protect: false,
          summary: 'Whether an access token holds',
          description: 'By its signature and by the session behind it, at this moment (compare RFC 7662).',
        },
      })
      .input(ValidateTokenInput)
      .output(TokenValidity)
      .mutation(({ ctx, input }) => tokens.validate(input.token, ctx.caller)),

    denials: publicProcedure
      .meta({
        stream: {
          path: '/auth/tokens/denials',
          tags,
          summary: 'Access tokens that hold no longer, as it happens',
          description:
            'Server-sent events for services that verify access tokens themselves: `change` with the sessions whose tokens must be refused although they have not expired; at first all of them, then each one. Only for `TRUSTED_SERVICES`, and for tokens of administrators.',
          data: TokenDenials,
        },
        errors: ['UNAUTHENTICATED', 'SESSION_ENDED', 'FORBIDDEN'],
        scope: 'admin:read',
      })
      .input(TokenDenialsInput.optional())
      .subscription(async ({ ctx }) => {
        const assertMayListen = () => assertIsService(ctx);
        await assertMayListen();
        return denials.watch(assertMayListen);
      }),
  };
};

/**
 * What was issued must not beget more: an access token lasts for minutes, a refresh token for days, and each of these
 * is proved by the cookie or the password alone.
 * @throws AuthError UNAUTHENTICATED, SESSION_ENDED, FORBIDDEN for a bearer token
 */
const sessionOfCookie = async (ctx: Context): Promise<TokenGrant> => {
  const { session } = requirePrincipal(await ctx.authenticate({ countsAsActivity: true }));
  if (ctx.sessionToken === null)
    throw new AuthError('FORBIDDEN', { message: 'A token cannot ask for further tokens.' });
  return { sessionId: session.id, cookieHash: hashToken(ctx.sessionToken) };
};

const callingUser = async (ctx: Context): Promise<string> =>
  requirePrincipal(await ctx.authenticate({ countsAsActivity: true })).user.id;

const assertIsService = async (ctx: Context): Promise<void> => {
  if (ctx.network() === null) return;
  const principal = requirePrincipal(await ctx.authenticate({ countsAsActivity: false }));
  assertScope(principal, 'admin:read');
  if (principal.user.role !== 'admin') throw new AuthError('FORBIDDEN');
};

/** The refresh token goes into the cookie, where no script reads it, or into the body. */
const handOver = ({ refreshCookie }: Context, pair: IssuedPair, isInCookie: boolean): TokenPair => {
  if (!isInCookie) return pair;
  refreshCookie.set(pair.refreshToken, pair.refreshExpiresAt);
  return { ...pair, refreshToken: null };
};
