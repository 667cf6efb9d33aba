import type { WebhookWithSecret } from '@latchkey/contract';
import { WebhookCreateInput } from '@latchkey/contract';
import { Button, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { SecretDialog } from './secret-dialog.tsx';
import { useWebhookActs } from './use-webhook-acts.ts';
import { WebhookForm } from './webhook-form.tsx';

/** Opens the form for a new webhook, and shows its secret once it is created. */
export const CreateWebhook = () => {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [created, setCreated] = useState<WebhookWithSecret | null>(null);
  const { create } = useWebhookActs();
  const navigate = useNavigate();
  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
        New webhook
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
        title={
          <Text span fw={650} size="lg">
            New webhook
          </Text>
        }
      >
        <WebhookForm
          schema={WebhookCreateInput}
          initial={{ url: '', description: '', events: ['*'] }}
          submitLabel="Create the webhook"
          onCancel={close}
          send={async (values) => {
            setCreated(await create.mutateAsync(values));
            close();
          }}
        />
      </Modal>
      <SecretDialog secret={created?.secret ?? null} onClose={() => void navigate(`/admin/webhooks/${created?.id}`)} />
    </>
  );
};
