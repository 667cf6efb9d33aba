import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useSingleRun } from '../forms/use-single-run.ts';
import { useReauthentication } from '../reauthentication/use-reauthentication.ts';
import { CodeForm } from '../verification/code-form.tsx';
import { SendAgain } from '../verification/send-again.tsx';
import { useArrival } from './use-arrival.ts';

interface PendingEmailProps {
  newEmail: string;
  /** Whether it was asked for a moment ago, on this page. */
  isFresh: boolean;
  send: () => Promise<unknown>;
  onChooseAnother: () => void;
  callOff: () => Promise<unknown>;
}

/** An address that has been asked for its consent, and has not given it yet. */
export const PendingEmail = ({ newEmail, isFresh, send, onChooseAnother, callOff }: PendingEmailProps) => {
  const whenProved = useReauthentication();
  const callingOff = useMutation({ mutationFn: callOff });
  const callOffOnce = useSingleRun(callingOff.mutateAsync);
  return (
    <Stack gap="md">
      <Text size="sm" ref={useArrival(isFresh)} tabIndex={-1}>
        {isFresh ? 'A mail is on its way to' : 'A mail went to'} <b>{newEmail}</b>. Open its link within one hour, or
        enter its code here. Until then you log in with the address above; if you do nothing, it stays.
      </Text>
      <CodeForm isPart onConfirmed={() => undefined} />
      <SendAgain send={() => whenProved(send)} isSent={isFresh} />
      {callingOff.error !== null && <ErrorNotice error={callingOff.error} />}
      <Group gap="sm">
        <Button variant="default" size="xs" onClick={onChooseAnother}>
          Use another address
        </Button>
        <Button variant="default" size="xs" loading={callingOff.isPending} onClick={() => callOffOnce()}>
          Keep my current address
        </Button>
      </Group>
    </Stack>
  );
};
