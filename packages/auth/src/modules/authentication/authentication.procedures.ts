import { AuthConfig, Identity, LoginInput, RegisterInput, RegisterResult } from '@latchkey/contract';
import { z } from 'zod';
import type { Context } from '../../trpc/context.ts';
import { protectedProcedure, publicProcedure } from '../../trpc/procedures.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { toSession } from '../sessions/session-view.ts';
import { toUser } from '../users/user-view.ts';
import type { AuthenticationService, LoggedIn } from './authentication.service.ts';
import type { RegistrationService } from './registration.service.ts';

const tags = ['Authentication'];

interface AuthenticationServices {
  authentication: AuthenticationService;
  registration: RegistrationService;
  sessions: SessionService;
}

export const authenticationProcedures = ({ authentication, registration, sessions }: AuthenticationServices) => ({
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
    .output(Identity)
    .mutation(async ({ ctx, input }) => welcome(ctx, await authentication.login(input, ctx))),

  logout: protectedProcedure
    .meta({
      openapi: { method: 'POST', path: '/auth/logout', tags, summary: 'Log out on this device' },
      successStatus: 204,
    })
    .output(z.void())
    .mutation(async ({ ctx: { principal, cookie } }) => {
      await sessions.logOut(principal);
      cookie.clear();
    }),

  me: protectedProcedure
    .meta({ openapi: { method: 'GET', path: '/me', tags: ['Account'], summary: 'Who I am, and on which session' } })
    .output(Identity)
    .query(({ ctx: { principal } }) => ({
      user: toUser(principal.user),
      session: toSession(principal.session, principal.session.id),
    })),
});

/** Hands over the token, in the cookie only, and tells who logged in. */
const welcome = ({ cookie }: Context, { token, user, session }: LoggedIn): Identity => {
  cookie.set(token, session.expiresAt);
  return { user: toUser(user), session: toSession(session, session.id) };
};
