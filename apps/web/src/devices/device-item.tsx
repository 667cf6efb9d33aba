import type { Session } from '@latchkey/contract';
import { Badge, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Instant } from '../time/instant.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import { DeviceIcon } from './device-icon.tsx';
import classes from './device-item.module.css';

interface DeviceItemProps {
  session: Session;
  action: ReactNode;
}

/** A session that reads like a sentence. */
export const DeviceItem = ({ session, action }: DeviceItemProps) => {
  const { current, device, ipAddress, createdAt, lastActiveAt } = session;
  return (
    <li className={classes.item} data-current={current || undefined}>
      <DeviceIcon kind={device.kind} isAccented={current} />
      <div className={classes.words}>
        <div>
          <strong className={classes.label}>{device.label}</strong>
          {ipAddress !== null && <> · {ipAddress}</>} ·{' '}
          <span className={classes.unbroken}>active {current ? 'now' : <RelativeTime instant={lastActiveAt} />}</span>
          {current && (
            <>
              {' '}
              <span className={classes.dot}>· </span>
              <Badge variant="light" tt="none" component="span" className={classes.badge}>
                this device
              </Badge>
            </>
          )}
        </div>
        <Text size="sm" c="dimmed">
          Logged in <Instant value={createdAt} />, <End {...session} />
        </Text>
      </div>
      <div className={classes.action}>{action}</div>
    </li>
  );
};

/** When the session ends by itself: the idle clock never outlives the absolute one. */
const End = ({ idleExpiresAt, expiresAt }: Pick<Session, 'idleExpiresAt' | 'expiresAt'>) =>
  idleExpiresAt === expiresAt ? (
    <>
      ends <Instant value={expiresAt} />
    </>
  ) : (
    <>
      ends <Instant value={idleExpiresAt} /> if not used, or else <Instant value={expiresAt} />
    </>
  );
