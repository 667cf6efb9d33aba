import { type EndReason, SessionChange } from '@latchkey/contract';
import type { AuthEvent } from '../../kernel/event-log.ts';

/** A change with what the stream needs in order to deliver it. */
export interface AnnouncedChange {
  /** The id of the event, which tells changes apart. */
  id: string;
  userId: string;
  change: SessionChange;
}

/** As the database announces it, and as it is read from the events; `occurredAt` in milliseconds. */
export interface ChangeRow {
  id: string;
  type: SessionChange['type'];
  userId: string;
  sessionId: string | null;
  reason: EndReason | null;
  occurredAt: number;
}

export const toAnnouncedChange = ({ id, userId, type, sessionId, reason, occurredAt }: ChangeRow): AnnouncedChange => ({
  id,
  userId,
  change: { type, sessionId, reason, occurredAt: new Date(occurredAt).toISOString() },
});

/** The events that speak of a change. */
export const CHANGE_TYPES: readonly SessionChange['type'][] = [
  'session.created',
  'session.revoked',
  'sessions.bulk_revoked',
];

/** As an event tells of it, which may come from anywhere. @throws ZodError when it is no change */
export const announcedByEvent = ({ id, type, userId, sessionId, occurredAt, data }: AuthEvent): AnnouncedChange => ({
  id,
  userId: String(userId),
  change: SessionChange.parse({ type, sessionId, reason: data.reason ?? null, occurredAt }),
});
