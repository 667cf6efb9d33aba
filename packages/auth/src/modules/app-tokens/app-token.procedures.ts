import {
  AppTokenIdInput,
  AppTokenListInput,
  AppTokenPage,
  CreateAppTokenInput,
  CreatedAppToken,
} from '@latchkey/contract';
import { z } from 'zod';
import { limited } from '../../trpc/limited.ts';
import { protectedProcedure, recentProcedure } from '../../trpc/procedures.ts';
import type { AppTokenService } from './app-token.service.ts';

const tags = ['Account'];

/** None of them has a scope: an app token makes, lists and revokes no app tokens. */
export const appTokenProcedures = (appTokens: AppTokenService) => ({
  list: protectedProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/app-tokens',
        tags,
        summary: 'My app tokens',
        description: 'Those that hold, the newest first.',
      },
    })
    .input(AppTokenListInput)
    .output(AppTokenPage)
    .query(({ ctx: { principal }, input }) => appTokens.list(principal, input)),

  create: recentProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/app-tokens',
        tags,
        summary: 'Create an app token',
        description:
          'A key for a program, sent as `Authorization: Bearer`. The token is in this answer and never shown again. The scopes `admin:…` are for administrators.',
      },
      successStatus: 201,
      errors: ['REAUTH_REQUIRED', 'FORBIDDEN', 'CONFLICT'],
    })
    .input(CreateAppTokenInput)
    .use(limited('createAppToken', ({ ctx }) => ({ user: ctx.principal.user.id })))
    .output(CreatedAppToken)
    .mutation(({ ctx: { principal }, input }) => appTokens.create(principal, input)),

  revoke: protectedProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/auth/app-tokens/{id}', tags, summary: 'Revoke one of my app tokens' },
      successStatus: 204,
      errors: ['NOT_FOUND'],
    })
    .input(AppTokenIdInput)
    .output(z.void())
    .mutation(({ ctx: { principal }, input }) => appTokens.revoke(principal, input.id)),
});
