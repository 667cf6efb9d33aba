import { AdminSessionListInput, AdminSessionPage, RevokedCount, SessionIdInput, UserIdInput } from '@latchkey/contract';
import { z } from 'zod';
import { adminProcedure } from '../../trpc/procedures.ts';
import type { AdminSessionService } from './admin-session.service.ts';

const tags = ['Administration'];

export const adminSessionProcedures = (sessions: AdminSessionService) => ({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/users/{id}/sessions',
        tags,
        summary: 'The active sessions of an account',
      },
      errors: ['FORBIDDEN', 'USER_NOT_FOUND'],
      countsAsActivity: false,
    })
    .input(AdminSessionListInput)
    .output(AdminSessionPage)
    .query(({ ctx: { principal }, input }) => sessions.list(principal, input)),

  revoke: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/sessions/{id}', tags, summary: "End anybody's session" },
      successStatus: 204,
      errors: ['FORBIDDEN', 'SESSION_NOT_FOUND'],
    })
    .input(SessionIdInput)
    .output(z.void())
    .mutation(({ ctx: { principal }, input }) => sessions.revoke(principal, input.id)),

  revokeAll: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/users/{id}/sessions',
        tags,
        summary: 'End all sessions of an account',
      },
      errors: ['FORBIDDEN', 'USER_NOT_FOUND'],
    })
    .input(UserIdInput)
    .output(RevokedCount)
    .mutation(async ({ ctx: { principal }, input }) => ({ revoked: await sessions.revokeAll(principal, input.id) })),
});
