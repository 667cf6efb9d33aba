import { authApi } from '@latchkey/client/react';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { useIdentity } from '../session/use-identity.ts';

/** The address that has been asked for its consent, and tells when it has given it, here or elsewhere. */
export const usePendingEmail = () => {
  const { email } = useIdentity().user;
  const utils = authApi.useUtils();
  const { data } = authApi.auth.pendingEmail.useQuery();
  const change = authApi.auth.changeEmail.useMutation();
  const cancel = authApi.auth.cancelEmailChange.useMutation();
  const known = data?.pendingEmail ?? null;
  const pending = known === email ? null : known;
  const [awaited, setAwaited] = useState(pending);
  if (pending !== null && pending !== awaited) setAwaited(pending);
  const isDone = awaited === email;
  useEffect(() => {
    if (!isDone) return;
    notifications.show({ message: `From now on you log in with ${email}.` });
    setAwaited(null);
  }, [isDone, email]);

  const know = (pendingEmail: string | null) => utils.auth.pendingEmail.setData(undefined, { pendingEmail });
  return {
    pending,
    ask: async (newEmail: string) => {
      await change.mutateAsync({ newEmail });
      know(newEmail.trim().toLowerCase());
    },
    callOff: async () => {
      await cancel.mutateAsync();
      know(null);
    },
  };
};
