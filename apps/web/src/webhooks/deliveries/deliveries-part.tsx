import { authApi } from '@latchkey/client/react';
import { type Webhook, WebhookDeliveryStatus } from '@latchkey/contract';
import { Button, Group, NativeSelect, Stack, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconMailbox } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { EventListSkeleton } from '../../audit/event-list-skeleton.tsx';
import { ErrorNotice } from '../../errors/error-notice.tsx';
import { useSingleRun } from '../../forms/use-single-run.ts';
import { Emptiness } from '../../layout/emptiness.tsx';
import { LoadMore } from '../../layout/load-more.tsx';
import { useWebhookActs } from '../use-webhook-acts.ts';
import { DeliveryList } from './delivery-list.tsx';
import { ReplaySince } from './replay-since.tsx';

const STATES = [
  { value: '', label: 'In any state' },
  { value: 'pending', label: 'Waiting' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'dead', label: 'Given up' },
];

/** While something waits, the list follows by itself. */
const FOLLOW_MS = 3000;

interface DeliveriesPartProps {
  webhook: Webhook;
}

/** What was sent and what waits, with all that was said. */
export const DeliveriesPart = ({ webhook: { id, enabled } }: DeliveriesPartProps) => {
  const [status, setStatus] = useState<WebhookDeliveryStatus | null>(null);
  const { test, replayDelivery } = useWebhookActs();
  const list = authApi.webhooks.deliveries.list.useInfiniteQuery(
    { id, ...(status !== null && { status }) },
    {
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => (enabled && isAnyWaiting(state.data?.pages ?? []) ? FOLLOW_MS : false),
    },
  );
  const deliveries = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const failure = test.error ?? replayDelivery.error;
  const sendTest = useSingleRun(() => test.mutateAsync({ id }));
  const sendAgain = async (deliveryId: string) => {
    await replayDelivery.mutateAsync({ id: deliveryId });
    notifications.show({ message: 'It is sent again.' });
  };
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4">
          Deliveries
        </Title>
        <Group gap="sm">
          <NativeSelect
            aria-label="State"
            data={STATES}
            value={status ?? ''}
            onChange={({ currentTarget }) =>
              setStatus(WebhookDeliveryStatus.safeParse(currentTarget.value).data ?? null)
            }
          />
          <ReplaySince id={id} isDisabled={!enabled} />
          <Button variant="default" loading={test.isPending} disabled={!enabled} onClick={sendTest}>
            Send a test
          </Button>
        </Group>
      </Group>
      {failure !== null && <ErrorNotice error={failure} />}
      {list.error !== null && <ErrorNotice error={list.error} onRetry={list.refetch} />}
      {list.isPending && <EventListSkeleton />}
      {deliveries.length > 0 && (
        <DeliveryList deliveries={deliveries} isOutdated={list.isPlaceholderData} replay={enabled ? sendAgain : null} />
      )}
      {list.isSuccess && deliveries.length === 0 && (
        <Emptiness icon={IconMailbox} title={status === null ? 'Nothing was sent yet' : 'Nothing is in this state'}>
          {status === null ? 'Send a test to see whether it arrives.' : 'Look at the others, too.'}
        </Emptiness>
      )}
      <LoadMore list={list} />
    </Stack>
  );
};

const isAnyWaiting = (pages: { items: { status: WebhookDeliveryStatus }[] }[]): boolean =>
  pages.some(({ items }) => items.some(({ status }) => status === 'pending'));
