import { useLogout } from '@latchkey/client/react';
import { notifications } from '@mantine/notifications';
import { toApiError } from '../errors/to-api-error.ts';

/** Logs out on this device. The guards see the session vanish and lead to the login page. */
export const useLogOut = () => {
  const { mutate, isPending } = useLogout();
  const tellFailure = (error: unknown) => {
    const { status, message } = toApiError(error);
    const hasEndedAlready = status === 401;
    if (!hasEndedAlready) notifications.show({ color: 'red', title: 'You are still logged in', message });
  };
  return { logOut: () => mutate(undefined, { onError: tellFailure }), isLoggingOut: isPending };
};
