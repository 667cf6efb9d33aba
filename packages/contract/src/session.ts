import { z } from 'zod';
import { EndReason } from './errors.ts';
import { pageInput, pageOf } from './page.ts';
import { User } from './user.ts';

/** What a session was opened with, read from the user agent. */
export const Device = z.object({
  browser: z.string().nullable(),
  os: z.string().nullable(),
  kind: z.enum(['desktop', 'mobile', 'tablet', 'tv', 'bot', 'other']),
  label: z.string().meta({ description: 'For people, for example "Firefox on Windows".' }),
});
export type Device = z.infer<typeof Device>;

/** One login on one device. Its id is public; the token that opens it is never shown. */
export const Session = z
  .object({
    id: z.uuid(),
    current: z.boolean().meta({ description: 'Whether it is the session that asks.' }),
    device: Device,
    ipAddress: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastActiveAt: z.iso.datetime(),
    idleExpiresAt: z.iso.datetime().meta({ description: 'When it ends unless it is used.' }),
    expiresAt: z.iso.datetime().meta({ description: 'When it ends in any case.' }),
  })
  .meta({
    id: 'Session',
    examples: [
      {
        id: '019a9f3e-7d52-7c11-8a4b-0f9e8d7c6b5a',
        current: true,
        device: { browser: 'Firefox', os: 'Windows', kind: 'desktop', label: 'Firefox on Windows' },
        ipAddress: '203.0.113.7',
        createdAt: '2026-11-20T09:30:00.000Z',
        lastActiveAt: '2026-11-20T09:42:00.000Z',
        idleExpiresAt: '2026-11-20T10:42:00.000Z',
        expiresAt: '2026-11-27T09:30:00.000Z',
      },
    ],
  });
export type Session = z.infer<typeof Session>;

/** Who is logged in, and on which session. */
export const Identity = z.object({ user: User, session: Session });
export type Identity = z.infer<typeof Identity>;

/** The current session with its two clocks. */
export const CurrentSession = Session.extend({
  idleSecondsLeft: z.number().int(),
  secondsLeft: z.number().int(),
});
export type CurrentSession = z.infer<typeof CurrentSession>;

export const SessionIdInput = z.strictObject({ id: z.uuid('This is not a session id.').toLowerCase() });
export const SessionListInput = z.strictObject(pageInput);
export const SessionPage = pageOf(Session);
export type SessionPage = z.infer<typeof SessionPage>;

/** How many sessions an operation ended. */
export const RevokedCount = z.object({ revoked: z.number().int() });
export type RevokedCount = z.infer<typeof RevokedCount>;

/** What happened to the sessions of a user; the stream of changes carries these. */
export const SessionChange = z
  .object({
    type: z.enum(['session.created', 'session.revoked', 'sessions.bulk_revoked']),
    sessionId: z.uuid().nullable().meta({ description: 'Null when it is about more than one.' }),
    reason: EndReason.nullable().meta({ description: 'Why it ended; null for one that was opened.' }),
    occurredAt: z.iso.datetime(),
  })
  .meta({
    id: 'SessionChange',
    examples: [
      {
        type: 'session.revoked',
        sessionId: '019a9f3e-7d52-7c11-8a4b-0f9e8d7c6b5a',
        reason: 'revoked',
        occurredAt: '2026-11-20T09:42:00.000Z',
      },
    ],
  });
export type SessionChange = z.infer<typeof SessionChange>;

/** The last change that a client has seen, to be told all that came after it. */
export const SessionChangesInput = z.strictObject({
  lastEventId: z.uuid('This is not the id of a change.').toLowerCase().nullish(),
});
