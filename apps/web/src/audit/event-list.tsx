import type { AuditEvent } from '@latchkey/contract';
import { Paper } from '@mantine/core';
import { EventItem } from './event-item.tsx';
import classes from './event-list.module.css';

interface EventListProps {
  events: AuditEvent[];
  label: string;
  /** Still shows what was asked for before. */
  isOutdated?: boolean;
}

/** Events, one below the other. */
export const EventList = ({ events, label, isOutdated = false }: EventListProps) => {
  const devices = devicesOf(events);
  return (
    <Paper
      withBorder
      radius="lg"
      className={classes.frame}
      data-outdated={isOutdated || undefined}
      aria-busy={isOutdated}
    >
      <ul className={classes.list} aria-label={label}>
        {events.map((event) => (
          <EventItem key={event.id} event={event} device={devices.get(event.sessionId) ?? null} />
        ))}
      </ul>
    </Paper>
  );
};

/** Where sessions are or were, as far as their beginning or their expiry, which name the device, is among the events. */
const devicesOf = (events: AuditEvent[]): Map<string | null, string> =>
  new Map(
    events.flatMap(({ sessionId, data: { device } }) =>
      sessionId !== null && typeof device === 'string' ? [[sessionId, device]] : [],
    ),
  );
