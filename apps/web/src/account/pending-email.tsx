import { Anchor, Stack, Text } from '@mantine/core';
import { CodeForm } from '../verification/code-form.tsx';
import { SendAgain } from '../verification/send-again.tsx';
import { useArrival } from './use-arrival.ts';

interface PendingEmailProps {
  newEmail: string;
  send: () => Promise<unknown>;
  onLeave: () => void;
}

/** An address that has been asked for its consent, and has not given it yet. */
export const PendingEmail = ({ newEmail, send, onLeave }: PendingEmailProps) => (
  <Stack gap="md">
    <Text size="sm" ref={useArrival()} tabIndex={-1}>
      A mail is on its way to <b>{newEmail}</b>. Open its link within one hour, or enter its code here. Until then you
      log in with the address above; if you do nothing, it stays.
    </Text>
    <CodeForm isPart onConfirmed={() => undefined} />
    <SendAgain send={send} />
    <Text size="sm">
      <Anchor component="button" type="button" inherit onClick={onLeave}>
        Use another address
      </Anchor>
    </Text>
  </Stack>
);
