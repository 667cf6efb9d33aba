import { authApi } from '@latchkey/client/react';
import { Anchor, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { CodeForm } from '../verification/code-form.tsx';
import { SendAgain } from '../verification/send-again.tsx';
import { useArrival } from './use-arrival.ts';

interface AddressConfirmationProps {
  onLeave: () => void;
}

/** For an address that nobody has confirmed: its code, and the mail once more. */
export const AddressConfirmation = ({ onLeave }: AddressConfirmationProps) => {
  const resend = authApi.auth.resendVerification.useMutation();
  const tell = () => notifications.show({ message: 'Your address is confirmed.' });
  return (
    <Stack gap="md">
      <Text size="sm" ref={useArrival()} tabIndex={-1}>
        We mailed you a link and a code when you created the account. Open the link, or enter the code here: then we
        know that the address is yours.
      </Text>
      <CodeForm isPart onConfirmed={tell} />
      <SendAgain send={() => resend.mutateAsync({})} isSent={false} />
      <Text size="sm">
        <Anchor component="button" type="button" inherit onClick={onLeave}>
          Not now
        </Anchor>
      </Text>
    </Stack>
  );
};
