import { z } from 'zod';
import { AuditEvent } from './audit.ts';
import { EndReason } from './errors.ts';
import { Session } from './session.ts';
import { User } from './user.ts';

/** A session as an export has it: also one that is over. */
export const ExportedSession = Session.omit({ current: true, idleExpiresAt: true }).extend({
  userAgent: z.string().nullable(),
  endedAt: z.iso.datetime().nullable(),
  endReason: EndReason.nullable(),
});
export type ExportedSession = z.infer<typeof ExportedSession>;

/** All that is stored about a person (GDPR article 15). Secrets and their hashes are no part of it. */
export const AccountExport = z
  .object({
    exportedAt: z.iso.datetime(),
    user: User.extend({ updatedAt: z.iso.datetime() }),
    sessions: z.array(ExportedSession),
    events: z.array(AuditEvent.omit({ userEmail: true, actorEmail: true })),
  })
  .meta({ id: 'AccountExport' });
export type AccountExport = z.infer<typeof AccountExport>;
