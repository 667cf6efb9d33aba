import type { Webhook } from '@latchkey/contract';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { RefObject } from 'react';
import type { Act } from '../confirmation/act.ts';
import { useSingleRun } from '../forms/use-single-run.ts';
import { ActionRow } from '../layout/action-row.tsx';
import { Instant } from '../time/instant.tsx';
import { nameOf } from './name-of.ts';
import { useWebhookActs } from './use-webhook-acts.ts';
import { disableAct } from './webhook-acts.ts';

interface StateRowProps {
  webhook: Webhook;
  ask: (act: Act) => void;
  /** Gets the focus when the button that was used is gone. */
  focusAfter: RefObject<HTMLElement | null>;
}

/** Whether anything is sent, and the way back when it is not. */
export const StateRow = ({ webhook, ask, focusAfter }: StateRowProps) => {
  const { update } = useWebhookActs();
  const { id, enabled } = webhook;
  const enable = useSingleRun(async () => {
    await update.mutateAsync({ id, enabled: true });
    notifications.show({ message: `${nameOf(webhook)} is enabled.` });
    focusAfter.current?.focus({ preventScroll: true });
  });
  const disable = () => ask(disableAct({ webhook, act: () => update.mutateAsync({ id, enabled: false }) }));
  return (
    <ActionRow
      title={enabled ? 'Enabled' : 'Disabled'}
      error={enabled ? null : update.error}
      action={
        enabled ? (
          <Button variant="default" size="xs" onClick={disable}>
            Disable…
          </Button>
        ) : (
          <Button variant="default" size="xs" loading={update.isPending} onClick={enable}>
            Enable
          </Button>
        )
      }
    >
      <Sentence webhook={webhook} />
    </ActionRow>
  );
};

const Sentence = ({ webhook: { disabledReason, failingSince } }: { webhook: Webhook }) => {
  if (disabledReason === 'admin') return <>An administrator disabled it: nothing is sent.</>;
  if (disabledReason === 'gone')
    return <>It answered that it is gone (410): nothing is sent until you enable it again.</>;
  if (disabledReason === 'failures')
    return <>Nothing arrived for three days: nothing is sent until you enable it again.</>;
  if (failingSince === null) return <>Events are sent as they happen.</>;
  return (
    <>
      Nothing arrives; it began <Instant value={failingSince} />. It is tried again and again, for three days.
    </>
  );
};
