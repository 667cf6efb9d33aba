import { authApi } from '@latchkey/client/react';
import type { Webhook } from '@latchkey/contract';
import { Anchor, Skeleton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { toApiError } from '../errors/to-api-error.ts';
import { Page } from '../layout/page.tsx';
import { DeliveriesPart } from './deliveries/deliveries-part.tsx';
import { nameOf } from './name-of.ts';
import { WebhookBadge } from './webhook-badge.tsx';
import { WebhookControl } from './webhook-control.tsx';
import { WebhookNotFound } from './webhook-not-found.tsx';
import classes from './webhook-page.module.css';
import { WebhookSettings } from './webhook-settings.tsx';

/** One webhook: where it leads, how it is doing, and what was sent. */
export const WebhookPage = () => {
  const { id = '' } = useParams();
  const { data: webhook, error, refetch } = authApi.webhooks.get.useQuery({ id });
  if (error !== null && isAboutTheId(error)) return <WebhookNotFound />;
  return (
    <Page
      title={webhook === undefined ? 'Webhook' : nameOf(webhook)}
      description={
        <span className={classes.below}>
          <Anchor component={Link} to="/admin/webhooks" size="sm" className={classes.back}>
            <IconArrowLeft size={14} aria-hidden /> All webhooks
          </Anchor>
          {webhook !== undefined && <WebhookBadge webhook={webhook} />}
        </span>
      }
    >
      {error !== null && <ErrorNotice error={error} onRetry={refetch} />}
      {webhook === undefined ? error === null && <Skeleton h={180} radius="lg" /> : <Parts webhook={webhook} />}
    </Page>
  );
};

const Parts = ({ webhook }: { webhook: Webhook }) => (
  <>
    <WebhookSettings webhook={webhook} />
    <WebhookControl webhook={webhook} />
    <DeliveriesPart webhook={webhook} />
  </>
);

/** There is none with this id, or it is none. */
const isAboutTheId = (error: unknown): boolean => ['NOT_FOUND', 'VALIDATION_FAILED'].includes(toApiError(error).code);
