import { z } from 'zod';
import { pageInput, pageOf } from './page.ts';
import { Instant } from './text.ts';

const userId = () => z.guid('This is not a user id.').toLowerCase();

/** What happened, to whom, by whom. Ids of any form: what somebody wrote past the service must not hide the page. */
export const AuditEvent = z
  .object({
    id: z.guid(),
    type: z.string(),
    occurredAt: z.iso.datetime(),
    userId: z.guid().nullable().meta({ description: 'Whom it is about; the id outlives the account.' }),
    userEmail: z.string().nullable().meta({ description: 'Null when the account is gone.' }),
    actorId: z.guid().nullable().meta({ description: 'Who did it; null: nobody who was logged in.' }),
    actorEmail: z.string().nullable(),
    sessionId: z.guid().nullable(),
    ipAddress: z.string().nullable(),
    traceId: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({
    id: 'AuditEvent',
    examples: [
      {
        id: '019a9f3e-9f00-7aa0-8c11-2b3c4d5e6f70',
        type: 'user.banned',
        occurredAt: '2026-11-20T09:45:00.000Z',
        userId: '019a9f3e-5c1b-7a30-9f0e-6d1c2b3a4f50',
        userEmail: 'ada@example.com',
        actorId: '019a9f3e-0a1b-7c2d-8e3f-405162738495',
        actorEmail: 'root@example.com',
        sessionId: null,
        ipAddress: '203.0.113.7',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        data: { reason: 'Spam', until: null },
      },
    ],
  });
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditEventListInput = z.strictObject({
  ...pageInput,
  userId: userId().optional().meta({ description: 'Whom it is about.' }),
  actorId: userId().optional().meta({ description: 'Who did it.' }),
  type: z
    .string()
    .max(64)
    .regex(/^[a-z_]+\.[a-z_]+$/, 'Use the type of an event, such as user.login.')
    .optional(),
  from: Instant.optional().meta({ description: 'This instant and later.' }),
  to: Instant.optional().meta({ description: 'Before this instant.' }),
  ipAddress: z
    .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'Use an address or a range such as 203.0.113.0/24.')
    .optional()
    .meta({ description: 'An address or a range in CIDR notation.' }),
});
export type AuditEventListInput = z.infer<typeof AuditEventListInput>;
export const AuditEventPage = pageOf(AuditEvent);
export type AuditEventPage = z.infer<typeof AuditEventPage>;
