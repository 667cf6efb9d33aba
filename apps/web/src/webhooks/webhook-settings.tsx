import { type Webhook, WebhookUpdateInput } from '@latchkey/contract';
import { notifications } from '@mantine/notifications';
import { useRef } from 'react';
import { Section } from '../layout/section.tsx';
import { useWebhookActs } from './use-webhook-acts.ts';
import { WebhookForm } from './webhook-form.tsx';

interface WebhookSettingsProps {
  webhook: Webhook;
}

/** Where it leads and what it is told, to be changed. */
export const WebhookSettings = ({ webhook }: WebhookSettingsProps) => {
  const { update } = useWebhookActs();
  const section = useRef<HTMLDivElement>(null);
  const { id, url, description, events } = webhook;
  return (
    <div ref={section} tabIndex={-1}>
      <Section
        title="Settings"
        description="What waits already goes to a new address, too; other events count from now on."
      >
        {/* What somebody else changed meanwhile must not be written back: the form begins anew with it. */}
        <WebhookForm
          key={JSON.stringify([url, description, events])}
          schema={WebhookUpdateInput}
          initial={{ url, description, events }}
          fixed={{ id }}
          submitLabel="Save"
          send={async (values) => {
            await update.mutateAsync({ ...values, id });
            notifications.show({ message: 'The webhook is saved.' });
            section.current?.focus({ preventScroll: true });
          }}
        />
      </Section>
    </div>
  );
};
