import { Button, Group, Stack } from '@mantine/core';
import { useRef, useState } from 'react';
import { useIdentity } from '../session/use-identity.ts';
import { AddressConfirmation } from './address-confirmation.tsx';
import { ChangeEmailForm } from './change-email-form.tsx';
import { EmailStatus } from './email-status.tsx';
import { PendingEmail } from './pending-email.tsx';
import { usePendingEmail } from './use-pending-email.ts';

/** My address: whether it is known to be mine, and how it becomes another one. One thing at a time. */
export const EmailSettings = () => {
  const { emailVerified } = useIdentity().user;
  const { pending, ask, callOff } = usePendingEmail();
  const [task, setTask] = useState<'confirm' | 'change' | null>(null);
  const [askedHere, setAskedHere] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const leave = () => {
    setTask(null);
    // What had the focus goes with the task.
    frame.current?.focus();
  };
  const showPending = (newEmail: string) => {
    setAskedHere(newEmail);
    setTask(null);
  };
  const callOffAndLeave = async () => {
    await callOff();
    leave();
  };
  const isConfirming = task === 'confirm' && !emailVerified;
  const isIdle = !isConfirming && task !== 'change';
  return (
    <Stack gap="lg" ref={frame} tabIndex={-1}>
      <EmailStatus />
      {isConfirming && <AddressConfirmation onLeave={leave} />}
      {task === 'change' && <ChangeEmailForm send={ask} onSent={showPending} onCancel={leave} />}
      {isIdle && pending !== null && (
        <PendingEmail
          key={pending}
          newEmail={pending}
          isFresh={pending === askedHere}
          send={() => ask(pending)}
          onChooseAnother={() => setTask('change')}
          callOff={callOffAndLeave}
        />
      )}
      {isIdle && (
        <Group gap="sm">
          {!emailVerified && (
            <Button variant="default" onClick={() => setTask('confirm')}>
              {pending === null ? 'Confirm this address' : 'Confirm my current address'}
            </Button>
          )}
          {pending === null && (
            <Button variant="default" onClick={() => setTask('change')}>
              Change my address
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
};
