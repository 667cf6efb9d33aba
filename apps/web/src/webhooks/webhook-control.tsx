import type { Webhook } from '@latchkey/contract';
import { Button, Stack } from '@mantine/core';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { ConfirmDialog } from '../confirmation/confirm-dialog.tsx';
import { useConfirmation } from '../confirmation/use-confirmation.ts';
import { ActionRow } from '../layout/action-row.tsx';
import { Section } from '../layout/section.tsx';
import { Instant } from '../time/instant.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { StateRow } from './state-row.tsx';
import { useForgetting } from './use-forgetting.ts';
import { useWebhookActs } from './use-webhook-acts.ts';
import { deleteAct, rotateAct } from './webhook-acts.ts';

interface WebhookControlProps {
  webhook: Webhook;
}

/** Whether anything is sent, with which secret, and the end of it. */
export const WebhookControl = ({ webhook }: WebhookControlProps) => {
  const { rotateSecret, remove } = useWebhookActs();
  const { ask, dialog } = useConfirmation();
  const [secret, setSecret] = useState<string | null>(null);
  const forget = useForgetting(webhook.id);
  const section = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const rotate = async () => setSecret((await rotateSecret.mutateAsync({ id: webhook.id })).secret);
  const removeAndLeave = async () => {
    await remove.mutateAsync({ id: webhook.id });
    forget();
    await navigate('/admin/webhooks');
  };
  return (
    <div ref={section} tabIndex={-1}>
      <Section title="Control" description="Each act is in the audit log, with your name.">
        <Stack gap="lg">
          <StateRow webhook={webhook} ask={ask} focusAfter={section} />
          <ActionRow
            title="Secret"
            action={
              <Button variant="default" size="xs" onClick={() => ask(rotateAct({ webhook, act: rotate }))}>
                New secret…
              </Button>
            }
          >
            {webhook.previousSecretUntil === null ? (
              'Signs each message. A new one is shown once, and the present one signs as well for another day.'
            ) : (
              <>
                The secret from before signs as well. It stops <Instant value={webhook.previousSecretUntil} />.
              </>
            )}
          </ActionRow>
          <ActionRow
            title="Delete"
            action={
              <Button
                variant="default"
                size="xs"
                onClick={() => ask(deleteAct({ webhook, act: removeAndLeave }))}
                c="var(--mantine-color-error)"
              >
                Delete…
              </Button>
            }
          >
            Ends it for good, with all that waits and the list of what was sent.
          </ActionRow>
        </Stack>
      </Section>
      <ConfirmDialog {...dialog} focusAfter={section} />
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </div>
  );
};
