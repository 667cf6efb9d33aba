import { authApi } from '@latchkey/client/react';
import { Stack } from '@mantine/core';
import { IconWebhook } from '@tabler/icons-react';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { Emptiness } from '../layout/emptiness.tsx';
import { LoadMore } from '../layout/load-more.tsx';
import { Page } from '../layout/page.tsx';
import { TableSkeleton } from '../layout/table-skeleton.tsx';
import { CreateWebhook } from './create-webhook.tsx';
import { WebhookTable } from './webhook-table.tsx';

/** All webhooks, the newest first. */
export const WebhooksPage = () => {
  const list = authApi.webhooks.list.useInfiniteQuery({}, { getNextPageParam: ({ nextCursor }) => nextCursor });
  const webhooks = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="Webhooks"
      description="Other services that are told what happens here, signed and until it has arrived."
      action={<CreateWebhook />}
    >
      <Stack gap="md">
        {list.error !== null && <ErrorNotice error={list.error} onRetry={list.refetch} />}
        {list.isPending && <TableSkeleton of="the webhooks" />}
        {webhooks.length > 0 && <WebhookTable webhooks={webhooks} />}
        {list.isSuccess && webhooks.length === 0 && (
          <Emptiness icon={IconWebhook} title="Nobody is told yet">
            With a webhook, a service of yours learns of logins, bans and all else within seconds.
          </Emptiness>
        )}
        <LoadMore list={list} />
      </Stack>
    </Page>
  );
};
