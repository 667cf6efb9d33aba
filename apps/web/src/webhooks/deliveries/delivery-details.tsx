import type { WebhookDelivery } from '@latchkey/contract';
import { Text } from '@mantine/core';
import { Fragment } from 'react';
import classes from '../../audit/event-details.module.css';
import { formatExactly } from '../../audit/exact-time.tsx';

interface DeliveryDetailsProps {
  delivery: WebhookDelivery;
}

/** What was sent and what was answered, to be read and copied. */
export const DeliveryDetails = ({ delivery }: DeliveryDetailsProps) => {
  const { request, lastAttempt } = delivery;
  return (
    <>
      <dl className={classes.facts}>
        {factsOf(delivery).map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <Text size="sm" fw={600} mt="sm">
        Request
      </Text>
      <pre className={classes.data}>{indented(request.body)}</pre>
      {lastAttempt?.status != null && (
        <>
          <Text size="sm" fw={600} mt="sm">
            Answer
          </Text>
          <pre className={classes.data}>{lastAttempt.body || 'Nothing but the status.'}</pre>
        </>
      )}
    </>
  );
};

const factsOf = ({ eventType, eventId, createdAt, nextAttemptAt, lastAttempt }: WebhookDelivery) =>
  [
    ['Type', eventType],
    ['Message', eventId],
    ['Queued', formatExactly(createdAt)],
    ['Last attempt', lastAttempt && `${formatExactly(lastAttempt.at)}, ${lastAttempt.durationMs} ms`],
    ['Status', lastAttempt?.status == null ? null : String(lastAttempt.status)],
    ['Error', lastAttempt?.error ?? null],
    ['Next attempt', nextAttemptAt && formatExactly(nextAttemptAt)],
  ].filter((fact): fact is [string, string] => fact[1] !== null);

const indented = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);
