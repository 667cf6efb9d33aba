import type { EndReason, SessionChange } from '@latchkey/contract';

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
