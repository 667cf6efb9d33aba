import { authApi } from '@latchkey/client/react';
import { formatDuration } from '../time/format-duration.ts';

const SECONDS_PER_DAY = 86_400;

/** For how long a deletion can be taken back, as soon as that is known. */
export const RestoreHint = () => {
  const { data } = authApi.auth.config.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  if (data === undefined) return null;
  const days = data.account.purgeDeletedAfterDays;
  if (days === 0) return <>It cannot be restored.</>;
  return (
    <>
      Within {formatDuration(days * SECONDS_PER_DAY)} an administrator can restore it; after that, it is gone for good.
    </>
  );
};
