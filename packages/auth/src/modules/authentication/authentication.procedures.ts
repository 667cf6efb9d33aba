import { AuthConfig, Identity, LoginInput, RegisterInput, RegisterResult } from '@latchkey/contract';
import { z } from 'zod';
import { type Context, forgetTokens } from '../../trpc/context.ts';
import { limited } from '../../trpc/limited.ts';
import { protectedProcedure, publicProcedure } from '../../trpc/procedures.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { toSession } from '../sessions/session-view.ts';
import { toUser } from '../users/user-view.ts';
import type { AuthenticationService, LoggedIn } from './authentication.service.ts';
import type { LoginGuard } from './login-guard.ts';
import type { RegistrationService } from './registration.service.ts';

const tags = ['Authentication'];

interface AuthenticationServices {
  authentication: AuthenticationService;
  registration: RegistrationService;
  sessions: SessionService;
  guard: LoginGuard;
}

export const authenticationProcedures = ({
  authentication,
  registration,
  sessions,
  guard,
}: AuthenticationServices) => ({
  config: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/config',
        tags,
        protect: false,
        summary: 'What a client may know before login',
        description: 'Session policy, password policy and the modules that are switched on.',
      },
    })
    .output(AuthConfig)
    .query(() => authentication.describeConfig()),

  register: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/register',
        tags,
        protect: false,
        summary: 'Make an account and log in',
        description:
          'Sets the session cookie; a session that the browser had before ends. Where addresses must be verified first: mails a link and a code instead, and answers the same whether the address is known or not.',
      },
      successStatus: [201, 202],
      errors: ['PASSWORD_TOO_WEAK', 'EMAIL_TAKEN'],
    })
    .input(RegisterInput)
    .use(limited('register', ({ input, address }) => ({ address, account: input.email })))
    .output(RegisterResult)
    .mutation(async ({ ctx, input }) => {
      const outcome = await registration.register(input, ctx);
      return outcome.kind === 'logged-in' ? welcome(ctx, outcome.login) : { verification: 'sent' as const };
    }),

  login: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/login',
        tags,
        protect: false,
        summary: 'Log in',
        description: 'Sets the session cookie. Beyond the maximum of sessions the oldest one ends.',
      },
      errors: ['AUTH_INVALID', 'EMAIL_NOT_VERIFIED', 'USER_BANNED'],
    })
    .input(LoginInput)
    .use(
      limited(
        'login',
        ({ ctx: { deviceToken }, input: { email }, address }) => guard.keysOf({ email, address, deviceToken }),
        {
          onLock: ({ ctx: { caller }, input: { email }, retryAfterSeconds }) =>
            guard.recordLockout({ email, caller, retryAfterSeconds }),
        },
      ),
    )
    .output(Identity)
    .mutation(async ({ ctx, input }) => welcome(ctx, await authentication.login(input, ctx))),

  logout: protectedProcedure
    .meta({
      openapi: { method: 'POST', path: '/auth/logout', tags, summary: 'Log out on this device' },
      successStatus: 204,
    })
    .output(z.void())
    .mutation(async ({ ctx }) => {
      await sessions.logOut(ctx.principal);
      forgetTokens(ctx);
    }),

  me: protectedProcedure
    .meta({
      openapi: { method: 'GET', path: '/me', tags: ['Account'], summary: 'Who I am, and on which session' },
      scope: 'account:read',
    })
    .output(Identity)
    .query(({ ctx: { principal } }) => ({
      user: toUser(principal.user),
      session: toSession(principal.session, principal.session.id),
    })),
});

/** Hands over the tokens, in cookies only, and tells who logged in. */
const welcome = ({ cookie, deviceCookie }: Context, { token, deviceToken, user, session }: LoggedIn): Identity => {
  cookie.set(token, session.expiresAt);
  deviceCookie.set(deviceToken);
  return { user: toUser(user), session: toSession(session, session.id) };
};
