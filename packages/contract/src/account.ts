import { z } from 'zod';
import { ExportedAppToken } from './app-tokens.ts';
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

const instantOrNull = z.iso.datetime().nullable();

export const ExportedVerification = z.object({
  purpose: z.string(),
  email: z.string(),
  createdAt: z.iso.datetime(),
  sentAt: instantOrNull,
  expiresAt: instantOrNull,
  usedAt: instantOrNull,
});
export type ExportedVerification = z.infer<typeof ExportedVerification>;

export const ExportedMail = z.object({
  template: z.string(),
  recipient: z.string(),
  status: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: instantOrNull,
});
export type ExportedMail = z.infer<typeof ExportedMail>;

/** A device that remembers having been logged in on; what it is known by is a secret. */
export const ExportedDevice = z.object({ createdAt: z.iso.datetime(), lastLoginAt: z.iso.datetime() });
export type ExportedDevice = z.infer<typeof ExportedDevice>;

/** All that is stored about a person (GDPR article 15). Secrets and their hashes are no part of it. */
export const AccountExport = z
  .object({
    exportedAt: z.iso.datetime(),
    user: User.extend({ updatedAt: z.iso.datetime() }),
    sessions: z.array(ExportedSession),
    knownDevices: z.array(ExportedDevice),
    verifications: z.array(ExportedVerification),
    mails: z.array(ExportedMail),
    appTokens: z.array(ExportedAppToken).optional().meta({ description: 'Where there are app tokens.' }),
    events: z.array(AuditEvent.omit({ userEmail: true, actorEmail: true })),
  })
  .meta({ id: 'AccountExport' });
export type AccountExport = z.infer<typeof AccountExport>;
