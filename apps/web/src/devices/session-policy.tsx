import { authApi } from '@latchkey/client/react';
import { formatDuration } from '../time/format-duration.ts';

/** What the list of devices shows and, as soon as it is known, how long sessions last here. */
export const SessionPolicy = () => {
  const { data } = authApi.auth.config.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  return (
    <>
      The places where you are logged in.
      {data !== undefined && (
        <>
          {' '}
          A session ends by itself after {formatDuration(data.session.idleTimeoutMinutes * 60)} without use, and{' '}
          {formatDuration(data.session.lifetimeHours * 3600)} after login in any case.
        </>
      )}
    </>
  );
};
