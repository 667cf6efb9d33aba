import { Button, Group, Stack } from '@mantine/core';
import { useCallback, useRef, useState } from 'react';
import { useIdentity } from '../session/use-identity.ts';
import { AddressConfirmation } from './address-confirmation.tsx';
import { ChangeEmail } from './change-email.tsx';
import { EmailStatus } from './email-status.tsx';

/** My address: whether it is known to be mine, and how it becomes another one. One thing at a time. */
export const EmailSettings = () => {
  const { emailVerified } = useIdentity().user;
  const [task, setTask] = useState<'confirm' | 'change' | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const leave = useCallback(() => {
    setTask(null);
    // What had the focus goes with the task.
    frame.current?.focus();
  }, []);
  const isConfirming = task === 'confirm' && !emailVerified;
  return (
    <Stack gap="lg" ref={frame} tabIndex={-1}>
      <EmailStatus />
      {isConfirming && <AddressConfirmation onLeave={leave} />}
      {task === 'change' && <ChangeEmail onLeave={leave} />}
      {!isConfirming && task !== 'change' && (
        <Group gap="sm">
          {!emailVerified && (
            <Button variant="default" onClick={() => setTask('confirm')}>
              Confirm this address
            </Button>
          )}
          <Button variant="default" onClick={() => setTask('change')}>
            Change my address
          </Button>
        </Group>
      )}
    </Stack>
  );
};
