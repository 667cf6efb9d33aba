import { authApi } from '@latchkey/client/react';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { useReauthentication } from '../reauthentication/use-reauthentication.ts';
import { useIdentity } from '../session/use-identity.ts';
import { ChangeEmailForm } from './change-email-form.tsx';
import { PendingEmail } from './pending-email.tsx';

interface ChangeEmailProps {
  onLeave: () => void;
}

/** Another address for my account; it counts once somebody who reads its mails says so, here or elsewhere. */
export const ChangeEmail = ({ onLeave }: ChangeEmailProps) => {
  const { email } = useIdentity().user;
  const whenProved = useReauthentication();
  const change = authApi.auth.changeEmail.useMutation();
  const [pending, setPending] = useState<string | null>(null);
  const ask = (newEmail: string) => change.mutateAsync({ newEmail });
  const isDone = pending === email;
  useEffect(() => {
    if (!isDone) return;
    notifications.show({ message: `From now on you log in with ${email}.` });
    onLeave();
  }, [isDone, email, onLeave]);

  return pending === null ? (
    <ChangeEmailForm send={ask} onSent={setPending} onCancel={onLeave} />
  ) : (
    <PendingEmail newEmail={pending} send={() => whenProved(() => ask(pending))} onLeave={() => setPending(null)} />
  );
};
