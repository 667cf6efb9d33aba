import {
  AdminUser,
  AdminUserCreateInput,
  AdminUserListInput,
  AdminUserPage,
  AdminUserUpdateInput,
  BanInput,
  UserIdInput,
} from '@latchkey/contract';
import { z } from 'zod';
import { adminProcedure, recentWhere } from '../../trpc/procedures.ts';
import type { AdminUserService } from './admin-user.service.ts';
import type { BanService } from './ban.service.ts';
import type { UserAdministrationService } from './user-administration.service.ts';

const tags = ['Administration'];

interface AdminUserServices {
  users: AdminUserService;
  administration: UserAdministrationService;
  bans: BanService;
}

export const adminUserProcedures = ({ users, administration, bans }: AdminUserServices) => ({
  list: adminProcedure
    .meta({
      openapi: { method: 'GET', path: '/admin/users', tags, summary: 'Accounts', description: 'The newest first.' },
      errors: ['FORBIDDEN'],
    })
    .input(AdminUserListInput)
    .output(AdminUserPage)
    .query(({ input }) => users.list(input)),

  get: adminProcedure
    .meta({
      openapi: { method: 'GET', path: '/admin/users/{id}', tags, summary: 'One account, be it deleted' },
      errors: ['FORBIDDEN', 'USER_NOT_FOUND'],
    })
    .input(UserIdInput)
    .output(AdminUser)
    .query(({ input }) => users.get(input.id)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/users',
        tags,
        summary: 'Make an account',
        description:
          'Its owner is invited by mail to choose a password; nobody else ever sets or sees it. An administrator is made by somebody who has proved their password a moment ago.',
      },
      successStatus: 201,
      errors: ['FORBIDDEN', 'REAUTH_REQUIRED', 'EMAIL_TAKEN'],
    })
    .input(AdminUserCreateInput)
    .use(recentWhere(({ role }) => role === 'admin'))
    .output(AdminUser)
    .mutation(async ({ ctx: { principal }, input }) => users.get(await administration.create(principal, input))),

  update: adminProcedure
    .meta({
      openapi: {
        method: 'PATCH',
        path: '/admin/users/{id}',
        tags,
        summary: 'Change an account',
        description:
          'With a new role its sessions end. A new e-mail address is not verified until its owner does; both addresses get a mail. Whoever changes the address or makes an administrator has proved their password a moment ago: either can become a login of somebody else.',
      },
      errors: ['FORBIDDEN', 'REAUTH_REQUIRED', 'USER_NOT_FOUND', 'EMAIL_TAKEN', 'CONFLICT'],
    })
    .input(AdminUserUpdateInput)
    .use(recentWhere(({ email, role }) => email !== undefined || role === 'admin'))
    .output(AdminUser)
    .mutation(async ({ ctx: { principal }, input }) => {
      await administration.update(principal, input);
      return users.get(input.id);
    }),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/users/{id}',
        tags,
        summary: 'Delete an account',
        description: 'Its sessions end. Until it is purged it can be restored.',
      },
      successStatus: 204,
      errors: ['FORBIDDEN', 'USER_NOT_FOUND', 'CONFLICT'],
    })
    .input(UserIdInput)
    .output(z.void())
    .mutation(({ ctx: { principal }, input }) => administration.remove(principal, input.id)),

  restore: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/users/{id}/restore',
        tags,
        summary: 'Take back the deletion of an account',
      },
      errors: ['FORBIDDEN', 'USER_NOT_FOUND', 'EMAIL_TAKEN', 'CONFLICT'],
    })
    .input(UserIdInput)
    .output(AdminUser)
    .mutation(async ({ ctx: { principal }, input }) => {
      await administration.restore(principal, input.id);
      return users.get(input.id);
    }),

  ban: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/users/{id}/ban',
        tags,
        summary: 'Ban a user',
        description: 'All sessions end. With `until` the ban ends by itself; banning again replaces both fields.',
      },
      errors: ['FORBIDDEN', 'USER_NOT_FOUND', 'CONFLICT'],
    })
    .input(BanInput)
    .output(AdminUser)
    .mutation(async ({ ctx: { principal }, input }) => {
      await bans.ban(principal, input);
      return users.get(input.id);
    }),

  unban: adminProcedure
    .meta({
      openapi: { method: 'POST', path: '/admin/users/{id}/unban', tags, summary: 'Let a banned user in again' },
      errors: ['FORBIDDEN', 'USER_NOT_FOUND', 'CONFLICT'],
    })
    .input(UserIdInput)
    .output(AdminUser)
    .mutation(async ({ ctx: { principal }, input }) => {
      await bans.unban(principal, input.id);
      return users.get(input.id);
    }),
});
