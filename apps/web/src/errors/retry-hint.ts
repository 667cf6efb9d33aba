import { formatDuration } from '../time/format-duration.ts';

const COUNTED_IN_SECONDS = 90;

/** "You can try again in 30 seconds." Longer waits are rounded up to minutes. */
export const retryHint = (seconds: number): string => {
  const rounded = seconds <= COUNTED_IN_SECONDS ? Math.max(1, Math.ceil(seconds)) : Math.ceil(seconds / 60) * 60;
  return `You can try again in ${formatDuration(rounded)}.`;
};
