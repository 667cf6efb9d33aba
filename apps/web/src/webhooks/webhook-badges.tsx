import type { Webhook } from '@latchkey/contract';
import { Badge, Group } from '@mantine/core';
import { formatRelative } from '../time/format-relative.ts';
import { useNow } from '../time/use-now.ts';

interface WebhookBadgesProps {
  webhook: Webhook;
}

/** How it is with a webhook. */
export const WebhookBadges = ({ webhook }: WebhookBadgesProps) => {
  const { words, color } = stateOf(webhook, useNow());
  return (
    <Group component="span" gap={6} display="inline-flex">
      <Badge component="span" variant={color === 'gray' ? 'default' : 'light'} tt="none" color={color}>
        {words}
      </Badge>
    </Group>
  );
};

const stateOf = ({ disabledReason, failingSince }: Webhook, now: Date): { words: string; color: string } => {
  if (disabledReason === 'admin') return { words: 'paused', color: 'gray' };
  if (disabledReason === 'gone') return { words: 'disabled: it is gone', color: 'red' };
  if (disabledReason === 'failures') return { words: 'disabled: nothing arrived', color: 'red' };
  if (failingSince !== null)
    return { words: `failing since ${formatRelative(new Date(failingSince), now)}`, color: 'yellow' };
  return { words: 'enabled', color: 'pine' };
};
