import { PendingEmail } from '@latchkey/contract';
import { z } from 'zod';
import { protectedProcedure } from '../../trpc/procedures.ts';
import type { EmailService } from './email.service.ts';

const tags = ['Account'];

/** The change of address that waits for the consent of the new one. */
export const pendingEmailProcedures = (emails: EmailService) => ({
  pendingEmail: protectedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/change-email',
        tags,
        summary: 'Which e-mail address waits to become mine',
        description: 'Null when none was asked for within the time that its link holds.',
      },
      scope: 'account:read',
    })
    .output(PendingEmail)
    .query(async ({ ctx }) => ({ pendingEmail: await emails.findPending(ctx.principal) })),

  cancelEmailChange: protectedProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/auth/change-email',
        tags,
        summary: 'Stay with my e-mail address',
        description: 'What was mailed to the new one opens nothing any more. That there was none is fine.',
      },
      successStatus: 204,
    })
    .output(z.void())
    .mutation(({ ctx }) => emails.cancelChange(ctx.principal)),
});
