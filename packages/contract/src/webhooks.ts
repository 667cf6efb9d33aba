import { z } from 'zod';
import { EventType } from './events.ts';
import { pageInput, pageOf } from './page.ts';
import { Instant, singleLine, textOfLength } from './text.ts';

/** What one line says of an address that events are sent to. */
const isWebhookUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
};

const WebhookUrl = singleLine()
  .trim()
  .max(2048, 'Use at most 2048 characters.')
  .refine(isWebhookUrl, 'Use an https address without user name, password and #, for example https://example.com/hook.')
  .meta({ description: 'Where events are sent with `POST`; its host must be a public one.' });

const patternsOf = (types: readonly string[]): Set<string> =>
  new Set(['*', ...types, ...types.map((type) => type.replace(/\..*/, '.*'))]);

/** All that some event can match. */
const PATTERNS = patternsOf(EventType.options);

/** One kind of event, all that begin with the same word, or all; one that never comes is a mistake that nobody sees. */
const EventPattern = z
  .string()
  .max(64, { abort: true })
  .regex(/^(\*|[a-z_]+\.(\*|[a-z_]+))$/, {
    error: 'Use the type of an event such as user.login, or user.*, or *.',
    abort: true,
  })
  .refine((pattern) => PATTERNS.has(pattern), {
    error: ({ input }) => `There is no kind of event that matches "${input}".`,
  });

const EventPatterns = z
  .array(EventPattern)
  .min(1, 'Choose at least one kind of event.')
  .max(100, 'Use at most 100 kinds of events.')
  .meta({ description: 'Kinds of events; `user.*` stands for all that begin so, `*` for all.' });

const Description = singleLine().trim().pipe(textOfLength(0, 200));

/** Why nothing is sent to an endpoint. */
export const WebhookDisabledReason = z.enum(['admin', 'failures', 'gone']).meta({
  description: '`admin`: an administrator disabled it; `failures`: nothing arrived for days; `gone`: it answered 410.',
});
export type WebhookDisabledReason = z.infer<typeof WebhookDisabledReason>;

/** An endpoint that is told of events. */
export const Webhook = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    disabledReason: WebhookDisabledReason.nullable(),
    failingSince: z.iso.datetime().nullable().meta({ description: 'Since when nothing arrives; null: all is well.' }),
    previousSecretUntil: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Until when the secret from before the rotation signs as well.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({
    id: 'Webhook',
    examples: [
      {
        id: '019a9f3e-9f00-7aa0-8c11-2b3c4d5e6f70',
        url: 'https://example.com/hooks/latchkey',
        description: 'Billing',
        events: ['user.*', 'session.revoked'],
        enabled: true,
        disabledReason: null,
        failingSince: null,
        previousSecretUntil: null,
        createdAt: '2026-11-22T09:45:00.000Z',
      },
    ],
  });
export type Webhook = z.infer<typeof Webhook>;

/** An endpoint with the secret that is shown this once. */
export const WebhookWithSecret = Webhook.extend({
  secret: z.string().meta({ description: 'Signs what is sent. It is not shown again.' }),
}).meta({ id: 'WebhookWithSecret' });
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>;

export const WebhookPage = pageOf(Webhook);
export const WebhookListInput = z.strictObject(pageInput);
export type WebhookListInput = z.infer<typeof WebhookListInput>;

const webhookId = z.uuid('This is not the id of a webhook.').toLowerCase();

export const WebhookIdInput = z.strictObject({ id: webhookId });

export const WebhookCreateInput = z.strictObject({
  url: WebhookUrl,
  description: Description.default(''),
  events: EventPatterns.default(['*']),
});
export type WebhookCreateInput = z.infer<typeof WebhookCreateInput>;

/** What is absent stays as it is. */
export const WebhookUpdateInput = z.strictObject({
  id: webhookId,
  url: WebhookUrl.optional(),
  description: Description.optional(),
  events: EventPatterns.optional(),
  enabled: z.boolean().optional().meta({ description: 'False: nothing is sent, and nothing new is kept for it.' }),
});
export type WebhookUpdateInput = z.infer<typeof WebhookUpdateInput>;

export const WebhookDeliveryStatus = z.enum(['pending', 'delivered', 'dead']);
export type WebhookDeliveryStatus = z.infer<typeof WebhookDeliveryStatus>;

/** One event on its way to one endpoint. */
export const WebhookDelivery = z
  .object({
    id: z.uuid(),
    eventId: z.uuid().meta({ description: 'Also the header `webhook-id`: the same at each attempt and replay.' }),
    eventType: z.string(),
    status: WebhookDeliveryStatus.meta({ description: '`dead`: given up after the last attempt.' }),
    attempts: z.number().int(),
    createdAt: z.iso.datetime(),
    nextAttemptAt: z.iso.datetime().nullable(),
    request: z.object({ body: z.string() }),
    lastAttempt: z
      .object({
        at: z.iso.datetime(),
        durationMs: z.number().int(),
        status: z.number().int().nullable().meta({ description: 'Null: there was no answer.' }),
        body: z.string().nullable().meta({ description: 'How the answer began, up to 4 kB.' }),
        error: z.string().nullable().meta({
          description: 'Why there was no answer: `TIMEOUT`, `TARGET_REFUSED`, or a code such as `ECONNREFUSED`.',
        }),
      })
      .nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const WebhookDeliveryPage = pageOf(WebhookDelivery);

export const WebhookDeliveryListInput = z.strictObject({
  id: webhookId,
  ...pageInput,
  status: WebhookDeliveryStatus.optional(),
});
export type WebhookDeliveryListInput = z.infer<typeof WebhookDeliveryListInput>;

export const WebhookDeliveryIdInput = z.strictObject({
  id: z.uuid('This is not the id of a delivery.').toLowerCase(),
});

export const WebhookReplayInput = z.strictObject({
  id: webhookId,
  since: Instant.meta({ description: 'Events from this instant on are sent again.' }),
  cursor: pageInput.cursor.meta({ description: 'The nextCursor of the call before.' }),
});
export type WebhookReplayInput = z.infer<typeof WebhookReplayInput>;

export const WebhookReplayResult = z.object({
  queued: z.number().int(),
  nextCursor: z.string().nullable().meta({ description: 'Null: that was all. Otherwise call again with it.' }),
});
export type WebhookReplayResult = z.infer<typeof WebhookReplayResult>;
