import type { AuditEvent } from '@latchkey/contract';
import { Fragment } from 'react';
import classes from './event-details.module.css';
import { formatExactly } from './exact-time.tsx';

interface EventDetailsProps {
  event: AuditEvent;
}

/** Everything that was recorded of an event, to be read and copied. */
export const EventDetails = ({ event }: EventDetailsProps) => (
  <>
    <dl className={classes.facts}>
      {factsOf(event).map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
    {Object.keys(event.data).length > 0 && <pre className={classes.data}>{JSON.stringify(event.data, null, 2)}</pre>}
  </>
);

const factsOf = ({ type, occurredAt, userId, actorId, sessionId, ipAddress, traceId, id }: AuditEvent) =>
  [
    ['Type', type],
    ['Time', formatExactly(occurredAt)],
    ['User', userId],
    ['Actor', actorId],
    ['Session', sessionId],
    ['IP address', ipAddress],
    ['Trace id', traceId],
    ['Event', id],
  ].filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== '');
