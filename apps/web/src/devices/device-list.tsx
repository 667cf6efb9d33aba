import type { Session } from '@latchkey/contract';
import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { DeviceItem } from './device-item.tsx';
import classes from './device-list.module.css';

interface DeviceListProps {
  sessions: Session[];
  label: string;
  actionFor: (session: Session) => ReactNode;
}

/** Sessions, one below the other. */
export const DeviceList = ({ sessions, label, actionFor }: DeviceListProps) => (
  <Paper withBorder radius="lg">
    <ul className={classes.list} aria-label={label}>
      {sessions.map((session) => (
        <DeviceItem key={session.id} session={session} action={actionFor(session)} />
      ))}
    </ul>
  </Paper>
);
