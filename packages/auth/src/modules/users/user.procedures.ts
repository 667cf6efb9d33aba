import { UpdateMeInput, User } from '@latchkey/contract';
import { protectedProcedure } from '../../trpc/procedures.ts';
import type { UserService } from './user.service.ts';
import { toUser } from './user-view.ts';

export const userProcedures = (users: UserService) => ({
  updateMe: protectedProcedure
    .meta({
      openapi: { method: 'PATCH', path: '/me', tags: ['Account'], summary: 'Edit my profile' },
      scope: 'account:write',
    })
    .input(UpdateMeInput)
    .output(User)
    .mutation(async ({ ctx, input }) => toUser(await users.updateMe(ctx.principal, input))),
});
