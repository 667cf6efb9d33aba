import { CurrentSession, RevokedCount, SessionIdInput, SessionListInput, SessionPage } from '@latchkey/contract';
import { z } from 'zod';
import { protectedProcedure } from '../../trpc/procedures.ts';
import type { SessionService } from './session.service.ts';
import { toSession } from './session-view.ts';

const tags = ['Sessions'];

export const sessionProcedures = (sessions: SessionService) => ({
  current: protectedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/session',
        tags,
        summary: 'The current session',
        description: 'With the seconds that are left on its two clocks. Asking does not put off the idle timeout.',
      },
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
        description: 'The newest first.',
      },
    })
    .input(SessionListInput)
    .output(SessionPage)
    .query(({ ctx: { principal }, input }) => sessions.list(principal.user.id, input, principal.session.id)),

  revoke: protectedProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/auth/sessions/{id}', tags, summary: 'End one of my sessions' },
      successStatus: 204,
      errors: ['SESSION_NOT_FOUND'],
    })
    .input(SessionIdInput)
    .output(z.void())
    .mutation(async ({ ctx: { principal, cookie }, input }) => {
      await sessions.revoke(principal, input.id);
      if (input.id === principal.session.id) cookie.clear();
    }),

  revokeOthers: protectedProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/auth/sessions/all', tags, summary: 'End all my sessions but this one' },
    })
    .output(RevokedCount)
    .mutation(async ({ ctx: { principal } }) => ({ revoked: await sessions.revokeOthers(principal) })),
});
