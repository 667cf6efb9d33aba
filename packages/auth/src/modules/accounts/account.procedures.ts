import { AccountExport } from '@latchkey/contract';
import { z } from 'zod';
import { forgetTokens } from '../../trpc/context.ts';
import { limited } from '../../trpc/limited.ts';
import { recentProcedure } from '../../trpc/procedures.ts';
import type { AccountService } from './account.service.ts';
import type { AccountExporter } from './account-exporter.ts';

const tags = ['Account'];

export const accountProcedures = (accounts: AccountService, exporter: AccountExporter) => ({
  deleteMe: recentProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/me',
        tags,
        summary: 'Delete my account',
        description:
          'Ends all sessions and clears the cookie. The address can register again at once; for a while an administrator can restore the account, then it is removed, and the events about it stay in the audit log without address and data.',
      },
      successStatus: 204,
      errors: ['REAUTH_REQUIRED', 'CONFLICT'],
    })
    .output(z.void())
    .mutation(async ({ ctx }) => {
      await accounts.removeMe(ctx.principal);
      forgetTokens(ctx);
    }),

  exportMe: recentProcedure
    .meta({
      openapi: { method: 'GET', path: '/me/export', tags, summary: 'All that is stored about me' },
      errors: ['REAUTH_REQUIRED'],
    })
    .use(limited('exportMe', ({ ctx }) => ({ user: ctx.principal.user.id })))
    .output(AccountExport)
    .query(({ ctx: { principal } }) => exporter.exportMe(principal)),
});
