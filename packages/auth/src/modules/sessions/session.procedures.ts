import {
  CurrentSession,
  IntrospectInput,
  Introspections,
  RevokedCount,
  SessionChange,
  SessionChangesInput,
  SessionIdInput,
  SessionListInput,
  SessionPage,
} from '@latchkey/contract';
import { z } from 'zod';
import { forgetTokens } from '../../trpc/context.ts';
import { protectedProcedure, publicProcedure } from '../../trpc/procedures.ts';
import type { SessionService } from './session.service.ts';
import type { SessionAuthenticator } from './session-authenticator.ts';
import type { SessionChanges } from './session-changes.ts';
import { toSession } from './session-view.ts';

const tags = ['Sessions'];

export const sessionProcedures = (
  sessions: SessionService,
  changes: SessionChanges,
  authenticator: SessionAuthenticator,
) => ({
  current: protectedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/session',
        tags,
        summary: 'The current session',
        description: 'With the seconds that are left on its two clocks. Asking does not put off the idle timeout.',
      },
      scope: 'account:read',
      countsAsActivity: false,
    })
    .output(CurrentSession)
    .query(({ ctx: { principal } }) => {
      const { session, checkedAt } = principal;
      const secondsUntil = (instant: Date) => Math.floor((instant.getTime() - checkedAt.getTime()) / 1000);
      return {
        ...toSession(session, session.id),
        idleSecondsLeft: Math.max(0, secondsUntil(session.idleExpiresAt)),
        secondsLeft: secondsUntil(session.expiresAt),
      };
    }),

  activity: protectedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/activity',
        tags,
        summary: 'Say that I am here',
        description: 'Puts off the idle timeout, as every other call does.',
      },
      successStatus: 204,
    })
    .output(z.void())
    .mutation(() => undefined),

  list: protectedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/sessions',
        tags,
        summary: 'My active sessions',
        description: 'The newest first. A page that keeps it up to date by itself puts off no idle timeout.',
      },
      scope: 'sessions:read',
      countsAsActivity: false,
    })
    .input(SessionListInput)
    .output(SessionPage)
    .query(({ ctx: { principal }, input }) => sessions.list(principal.user.id, input, principal.session.id)),

  revoke: protectedProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/auth/sessions/{id}', tags, summary: 'End one of my sessions' },
      successStatus: 204,
      scope: 'sessions:write',
      errors: ['SESSION_NOT_FOUND'],
    })
    .input(SessionIdInput)
    .output(z.void())
    .mutation(async ({ ctx, input }) => {
      await sessions.revoke(ctx.principal, input.id);
      if (input.id === ctx.principal.session.id) forgetTokens(ctx);
    }),

  revokeOthers: protectedProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/auth/sessions/all', tags, summary: 'End all my sessions but this one' },
    })
    .output(RevokedCount)
    .mutation(async ({ ctx: { principal } }) => ({ revoked: await sessions.revokeOthers(principal) })),

  introspect: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/sessions/introspect',
        tags,
        protect: false,
        summary: 'Who is behind tokens',
        description:
          'For services that receive them from their own callers, in a session cookie or as bearer tokens (compare RFC 7662). Counts as activity of each session. Whoever can name a token could use it as well, so that this tells nobody more than they could find out. More than ten at once only from `TRUSTED_SERVICES`.',
      },
      errors: ['FORBIDDEN'],
    })
    .input(IntrospectInput)
    .output(Introspections)
    .mutation(async ({ ctx: { caller, network }, input }) => ({
      items: await authenticator.introspect(input.tokens, { caller, isTrusted: network() === null }),
    })),

  changes: protectedProcedure
    .meta({
      stream: {
        path: '/auth/sessions/changes',
        tags,
        summary: 'What happens to my sessions, as it happens',
        description:
          'Server-sent events: `change` for each session that was opened or ended, `ended` with the body of the error contract before the service closes the stream, for example when the session itself has ended. Send `Last-Event-ID` to be told what was missed; a change may come twice, with the same id. Listening does not put off the idle timeout.',
        data: SessionChange,
      },
      errors: ['RATE_LIMITED'],
      scope: 'sessions:read',
      countsAsActivity: false,
    })
    .input(SessionChangesInput.optional())
    .subscription(({ ctx: { principal, authenticate }, input }) =>
      changes.watch({
        principal,
        authenticate: () => authenticate({ countsAsActivity: false }),
        lastEventId: input?.lastEventId ?? null,
      }),
    ),
});
