import type { Webhook } from '@latchkey/contract';
import { Paper, Table } from '@mantine/core';
import { WebhookRow } from './webhook-row.tsx';
import classes from './webhook-table.module.css';

interface WebhookTableProps {
  webhooks: Webhook[];
}

/** Webhooks in rows; on a phone the less important columns are folded into the first one. */
export const WebhookTable = ({ webhooks }: WebhookTableProps) => (
  <Paper withBorder radius="lg" className={classes.frame}>
    <Table verticalSpacing="sm" horizontalSpacing="lg" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Webhook</Table.Th>
          <Table.Th visibleFrom="sm" w="30%">
            Events
          </Table.Th>
          <Table.Th visibleFrom="sm" w="26%">
            State
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {webhooks.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} />
        ))}
      </Table.Tbody>
    </Table>
  </Paper>
);
