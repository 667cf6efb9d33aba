import {
  Webhook,
  WebhookCreateInput,
  WebhookIdInput,
  WebhookListInput,
  WebhookPage,
  WebhookUpdateInput,
  WebhookWithSecret,
} from '@latchkey/contract';
import { z } from 'zod';
import { adminProcedure } from '../../trpc/procedures.ts';
import type { WebhookService } from './webhook.service.ts';

const tags = ['Administration'];

export const webhookProcedures = (webhooks: WebhookService) => ({
  list: adminProcedure
    .meta({
      openapi: { method: 'GET', path: '/admin/webhooks', tags, summary: 'Webhooks', description: 'The newest first.' },
      errors: ['FORBIDDEN'],
    })
    .input(WebhookListInput)
    .output(WebhookPage)
    .query(({ input }) => webhooks.list(input)),

  get: adminProcedure
    .meta({
      openapi: { method: 'GET', path: '/admin/webhooks/{id}', tags, summary: 'One webhook' },
      errors: ['FORBIDDEN', 'NOT_FOUND'],
    })
    .input(WebhookIdInput)
    .output(Webhook)
    .query(({ input }) => webhooks.get(input.id)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/webhooks',
        tags,
        summary: 'Make a webhook',
        description: 'Events from now on are sent to it. The secret that signs them is in this answer and in no other.',
      },
      successStatus: 201,
      errors: ['FORBIDDEN', 'CONFLICT'],
    })
    .input(WebhookCreateInput)
    .output(WebhookWithSecret)
    .mutation(({ ctx: { principal }, input }) => webhooks.create(principal, input)),

  update: adminProcedure
    .meta({
      openapi: {
        method: 'PATCH',
        path: '/admin/webhooks/{id}',
        tags,
        summary: 'Change, disable or enable a webhook',
        description:
          'While it is disabled nothing new is queued; what waits is held for three days. Enabling it sends what was held.',
      },
      errors: ['FORBIDDEN', 'NOT_FOUND'],
    })
    .input(WebhookUpdateInput)
    .output(Webhook)
    .mutation(({ ctx: { principal }, input }) => webhooks.update(principal, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/webhooks/{id}',
        tags,
        summary: 'Delete a webhook',
        description: 'What waits for it is not sent any more, and what was sent is forgotten.',
      },
      successStatus: 204,
      errors: ['FORBIDDEN', 'NOT_FOUND'],
    })
    .input(WebhookIdInput)
    .output(z.void())
    .mutation(({ ctx: { principal }, input }) => webhooks.remove(principal, input.id)),

  rotateSecret: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/webhooks/{id}/rotate-secret',
        tags,
        summary: 'Give a webhook a new secret',
        description: 'For 24 hours the one before signs as well, so that the receiver can change over in its own time.',
      },
      errors: ['FORBIDDEN', 'NOT_FOUND'],
    })
    .input(WebhookIdInput)
    .output(WebhookWithSecret)
    .mutation(({ ctx: { principal }, input }) => webhooks.rotateSecret(principal, input.id)),
});
