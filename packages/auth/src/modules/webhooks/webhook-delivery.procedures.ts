import {
  WebhookDelivery,
  WebhookDeliveryIdInput,
  WebhookDeliveryListInput,
  WebhookDeliveryPage,
  WebhookIdInput,
  WebhookReplayInput,
  WebhookReplayResult,
} from '@latchkey/contract';
import { adminProcedure } from '../../trpc/procedures.ts';
import type { WebhookDeliveryService } from './webhook-delivery.service.ts';

const tags = ['Administration'];

export const webhookDeliveryProcedures = (deliveries: WebhookDeliveryService) => ({
  test: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/webhooks/{id}/test',
        tags,
        summary: 'Send a test message',
        description: 'Of the type `webhook.test`, signed like the others, and tried once.',
      },
      successStatus: 202,
      errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
    })
    .input(WebhookIdInput)
    .output(WebhookDelivery)
    .mutation(({ ctx: { principal }, input }) => deliveries.test(principal, input.id)),

  replay: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/webhooks/{id}/replay',
        tags,
        summary: 'Send everything since an instant again',
        description:
          'All events of the audit log that the webhook asks for, also those that were delivered, given up, or missed while it was disabled.',
      },
      successStatus: 202,
      errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
    })
    .input(WebhookReplayInput)
    .output(WebhookReplayResult)
    .mutation(({ ctx: { principal }, input }) => deliveries.replaySince(principal, input)),

  deliveries: {
    list: adminProcedure
      .meta({
        openapi: {
          method: 'GET',
          path: '/admin/webhooks/{id}/deliveries',
          tags,
          summary: 'What was sent to a webhook, and what waits',
          description: 'The newest first, each with its content and the last answer.',
        },
        errors: ['FORBIDDEN', 'NOT_FOUND'],
        countsAsActivity: false,
      })
      .input(WebhookDeliveryListInput)
      .output(WebhookDeliveryPage)
      .query(({ input }) => deliveries.list(input)),

    replay: adminProcedure
      .meta({
        openapi: {
          method: 'POST',
          path: '/admin/webhooks/deliveries/{id}/replay',
          tags,
          summary: 'Send one delivery again',
          description: 'With the same id and content, and all attempts that a new one has.',
        },
        successStatus: 202,
        errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
      })
      .input(WebhookDeliveryIdInput)
      .output(WebhookDelivery)
      .mutation(({ ctx: { principal }, input }) => deliveries.replay(principal, input.id)),
  },
});
