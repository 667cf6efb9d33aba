import type { AuditEvent } from '@latchkey/contract';
import { ActionIcon } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { useId } from 'react';
import { CopyTrace } from './copy-trace.tsx';
import { EventDetails } from './event-details.tsx';
import classes from './event-item.module.css';
import { EventSentence } from './event-sentence.tsx';
import { labelOf } from './event-types.ts';
import { ExactTime } from './exact-time.tsx';

interface EventItemProps {
  event: AuditEvent;
  device: string | null;
}

/** One event: a sentence, when and from where, and all there is on request. */
export const EventItem = ({ event, device }: EventItemProps) => {
  const [isOpen, { toggle }] = useDisclosure(false);
  const sentenceId = useId();
  const detailsId = useId();
  const { type, occurredAt, ipAddress, traceId } = event;
  return (
    <li className={classes.item}>
      <div className={classes.words}>
        <div id={sentenceId}>
          <EventSentence event={event} device={device} />
        </div>
        <div className={classes.facts}>
          <span>
            <ExactTime instant={occurredAt} />
          </span>
          <span>{labelOf(type)}</span>
          {ipAddress !== null && <span>{ipAddress}</span>}
          {traceId !== '' && (
            <span>
              <CopyTrace traceId={traceId} />
            </span>
          )}
        </div>
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={toggle}
        aria-label="Details"
        aria-describedby={sentenceId}
        aria-expanded={isOpen}
        aria-controls={isOpen ? detailsId : undefined}
      >
        <IconChevronDown
          size={18}
          stroke={1.7}
          className={classes.chevron}
          data-open={isOpen || undefined}
          aria-hidden
        />
      </ActionIcon>
      {isOpen && (
        <div id={detailsId} className={classes.details}>
          <EventDetails event={event} />
        </div>
      )}
    </li>
  );
};
