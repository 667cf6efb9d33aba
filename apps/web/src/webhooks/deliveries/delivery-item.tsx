import type { WebhookDelivery } from '@latchkey/contract';
import { ActionIcon, Badge, Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { useId } from 'react';
import classes from '../../audit/event-item.module.css';
import { labelOf } from '../../audit/event-types.ts';
import { ExactTime } from '../../audit/exact-time.tsx';
import { useSingleRun } from '../../forms/use-single-run.ts';
import { DeliveryDetails } from './delivery-details.tsx';
import { outcomeOf } from './outcome-of.ts';

const BADGES = {
  pending: { words: 'waiting', color: 'gray' },
  delivered: { words: 'delivered', color: 'pine' },
  dead: { words: 'given up', color: 'red' },
} as const;

interface DeliveryItemProps {
  delivery: WebhookDelivery;
  /** Null: nothing is sent at the moment. */
  replay: ((id: string) => Promise<void>) | null;
}

/** One delivery: what, how it stands, and on request all that was said. */
export const DeliveryItem = ({ delivery, replay }: DeliveryItemProps) => {
  const [isOpen, { toggle }] = useDisclosure(false);
  const nameId = useId();
  const detailsId = useId();
  const { id, eventType, status, attempts, createdAt } = delivery;
  const replayOnce = useSingleRun(async () => replay?.(id));
  const { words, color } = BADGES[status];
  return (
    <li className={classes.item}>
      <div className={classes.words}>
        <Group gap={8} id={nameId}>
          {eventType === 'webhook.test' ? 'Test message' : labelOf(eventType)}
          <Badge component="span" variant={color === 'gray' ? 'default' : 'light'} tt="none" color={color}>
            {words}
          </Badge>
        </Group>
        <div className={classes.facts}>
          <span>
            <ExactTime instant={createdAt} />
          </span>
          <span>{attempts === 1 ? '1 attempt' : `${attempts} attempts`}</span>
          {delivery.lastAttempt !== null && <span>{outcomeOf(delivery.lastAttempt)}</span>}
        </div>
      </div>
      <Group gap="xs" wrap="nowrap">
        {replay !== null && (
          <Button variant="default" size="xs" onClick={replayOnce} aria-describedby={nameId}>
            Send again
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={toggle}
          aria-label="Details"
          aria-describedby={nameId}
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
      </Group>
      {isOpen && (
        <div id={detailsId} className={classes.details}>
          <DeliveryDetails delivery={delivery} />
        </div>
      )}
    </li>
  );
};
