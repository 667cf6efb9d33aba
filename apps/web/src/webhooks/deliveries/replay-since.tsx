import { WebhookReplayInput } from '@latchkey/contract';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { ErrorNotice } from '../../errors/error-notice.tsx';
import { useContractForm } from '../../forms/use-contract-form.ts';
import { fromLocalTime, toLocalTime } from '../../time/local-time.ts';
import { useWebhookActs } from '../use-webhook-acts.ts';

interface ReplaySinceProps {
  id: string;
  isDisabled: boolean;
}

/** Sends everything since some time again. */
export const ReplaySince = ({ id, isDisabled }: ReplaySinceProps) => {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open} disabled={isDisabled}>
        Send again since…
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
        title={
          <Text span fw={650} size="lg">
            Send again since
          </Text>
        }
      >
        <ReplayForm id={id} onDone={close} />
      </Modal>
    </>
  );
};

const HOUR_MS = 3_600_000;

const ReplayForm = ({ id, onDone }: { id: string; onDone: () => void }) => {
  const replayAll = useReplayAll();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: WebhookReplayInput,
    initialValues: { since: toLocalTime(new Date(Date.now() - HOUR_MS).toISOString()) },
    toInput: ({ since }) => ({ id, since: fromLocalTime(since) }),
    send: async (input) => {
      const queued = await replayAll(input);
      notifications.show({ message: sentenceFor(queued) });
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          All events that this webhook asks for are sent, also those that have arrived, were given up, or happened while
          it was disabled. Each keeps its id, by which a receiver knows what it has seen.
        </Text>
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('since')}
          {...form.getInputProps('since')}
          label="Since"
          type="datetime-local"
          data-autofocus
        />
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onDone} disabled={isSending}>
            Cancel
          </Button>
          <Button type="submit" loading={isSending}>
            Send again
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const sentenceFor = (queued: number): string => {
  if (queued === 0) return 'Nothing has happened since then that this webhook asks for.';
  return queued === 1 ? '1 event is sent again.' : `${queued} events are sent again.`;
};

/** Portion by portion, until all are queued; answers how many those were. */
const useReplayAll = () => {
  const { replay } = useWebhookActs();
  return async (input: { id: string; since: string }): Promise<number> => {
    let queued = 0;
    let cursor: string | null = null;
    do {
      const portion: { queued: number; nextCursor: string | null } = await replay.mutateAsync({
        ...input,
        ...(cursor !== null && { cursor }),
      });
      queued += portion.queued;
      cursor = portion.nextCursor;
    } while (cursor !== null);
    return queued;
  };
};
