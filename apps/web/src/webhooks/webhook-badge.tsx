import type { Webhook } from '@latchkey/contract';
import { Badge } from '@mantine/core';

interface WebhookBadgeProps {
  webhook: Webhook;
}

/** How it is with a webhook. */
export const WebhookBadge = ({ webhook }: WebhookBadgeProps) => {
  const { words, color } = stateOf(webhook);
  return (
    <Badge component="span" variant={color === 'gray' ? 'default' : 'light'} tt="none" color={color}>
      {words}
    </Badge>
  );
};

const stateOf = ({ disabledReason, failingSince }: Webhook): { words: string; color: string } => {
  if (disabledReason === 'admin') return { words: 'disabled', color: 'gray' };
  if (disabledReason === 'gone') return { words: 'disabled: gone', color: 'red' };
  if (disabledReason === 'failures') return { words: 'disabled: failing', color: 'red' };
  return failingSince === null ? { words: 'enabled', color: 'pine' } : { words: 'failing', color: 'red' };
};
