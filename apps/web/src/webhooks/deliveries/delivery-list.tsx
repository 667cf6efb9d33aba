import type { WebhookDelivery } from '@latchkey/contract';
import { Paper } from '@mantine/core';
import classes from '../../audit/event-list.module.css';
import { DeliveryItem } from './delivery-item.tsx';

interface DeliveryListProps {
  deliveries: WebhookDelivery[];
  /** Still shows what was asked for before. */
  isOutdated: boolean;
  /** Null: nothing is sent at the moment. */
  replay: ((id: string) => Promise<void>) | null;
}

/** Deliveries, one below the other. */
export const DeliveryList = ({ deliveries, isOutdated, replay }: DeliveryListProps) => (
  <Paper
    withBorder
    radius="lg"
    className={classes.frame}
    data-outdated={isOutdated || undefined}
    aria-busy={isOutdated}
  >
    <ul className={classes.list} aria-label="Deliveries">
      {deliveries.map((delivery) => (
        <DeliveryItem key={delivery.id} delivery={delivery} replay={replay} />
      ))}
    </ul>
  </Paper>
);
