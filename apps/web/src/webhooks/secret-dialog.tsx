import { Button, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './secret-dialog.module.css';

interface SecretDialogProps {
  /** Null: there is none to be shown. */
  secret: string | null;
  onClose: () => void;
}

/** Shows a secret for the only time; a click beside it does not make it go away. */
export const SecretDialog = ({ secret, onClose }: SecretDialogProps) => (
  <Modal
    opened={secret !== null}
    onClose={onClose}
    closeOnClickOutside={false}
    closeOnEscape={false}
    withCloseButton={false}
    centered
    title={
      <Text span fw={650} size="lg">
        The secret of the webhook
      </Text>
    }
  >
    <Stack gap="md">
      <Text>
        The receiver checks with it that a message is from here. Copy it now: it is stored encrypted and not shown
        again.
      </Text>
      <code className={classes.secret}>{secret}</code>
      <Group justify="flex-end" gap="sm">
        <CopyButton value={secret ?? ''}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              data-autofocus
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>I have it</Button>
      </Group>
    </Stack>
  </Modal>
);
