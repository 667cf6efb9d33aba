import type { Webhook } from '@latchkey/contract';
import { Box, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { nameOf } from './name-of.ts';
import { WebhookBadge } from './webhook-badge.tsx';
import classes from './webhook-row.module.css';
import { wordsFor } from './words-for.ts';

interface WebhookRowProps {
  webhook: Webhook;
}

/** One webhook; the whole row leads to it. */
export const WebhookRow = ({ webhook }: WebhookRowProps) => (
  <Table.Tr className={classes.row}>
    <Table.Td>
      <Link to={`/admin/webhooks/${webhook.id}`} className={classes.link}>
        {nameOf(webhook)}
      </Link>
      <Text size="sm" c="dimmed" className={classes.url}>
        {webhook.url}
      </Text>
      <Text size="sm" c="dimmed" hiddenFrom="sm" mt={2}>
        {wordsFor(webhook.events)}
      </Text>
      <Box hiddenFrom="sm" mt={4}>
        <WebhookBadge webhook={webhook} />
      </Box>
    </Table.Td>
    <Table.Td visibleFrom="sm">{wordsFor(webhook.events)}</Table.Td>
    <Table.Td visibleFrom="sm">
      <WebhookBadge webhook={webhook} />
    </Table.Td>
  </Table.Tr>
);
