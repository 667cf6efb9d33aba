import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useSingleRun } from '../forms/use-single-run.ts';
import { formatDuration } from '../time/format-duration.ts';
import { usePause } from './use-pause.ts';

interface SendAgainProps {
  send: () => Promise<unknown>;
  /** Whether a mail has just gone out. Default: true. */
  isSent?: boolean;
}

/** As long as a mail usually takes. */
const PAUSE_SECONDS = 30;

/** For a mail that does not come: sends it once more, after a pause. */
export const SendAgain = ({ send, isSent = true }: SendAgainProps) => {
  const { secondsLeft, restart } = usePause(isSent ? PAUSE_SECONDS : 0, PAUSE_SECONDS);
  const sending = useMutation({ mutationFn: send, onSuccess: restart });
  const sendOnce = useSingleRun(sending.mutateAsync);
  const isPausing = secondsLeft > 0;
  return (
    <Stack gap={0}>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          No mail? Check the spam folder
          {isPausing ? `, or send it again in ${formatDuration(secondsLeft)}.` : ', or'}
        </Text>
        {!isPausing && (
          <Button variant="default" size="xs" loading={sending.isPending} onClick={() => sendOnce()}>
            Send the mail again
          </Button>
        )}
      </Group>
      <Text size="sm" role="status" mt={sending.isSuccess ? 'xs' : 0}>
        {sending.isSuccess && 'The mail is on its way. Only the newest link and code work.'}
      </Text>
      {sending.error !== null && <ErrorNotice error={sending.error} />}
    </Stack>
  );
};
