import { formatInstant } from './format-instant.ts';

/** "until 20 Nov at 09:30", "until today at 09:30". */
export const formatUntil = (instant: Date, now: Date): string =>
  `until ${formatInstant(instant, now).replace(/^on /, '')}`;
