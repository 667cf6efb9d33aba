const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** "today at 09:30", "on 20 Nov at 09:30", "on 20 Nov 2025 at 09:30", in the time zone of whoever reads it. */
export const formatInstant = (instant: Date, now: Date): string => {
  if (instant.toDateString() === now.toDateString()) return `today at ${clock.format(instant)}`;
  const date = instant.getFullYear() === now.getFullYear() ? day.format(instant) : dayOfYear.format(instant);
  return `on ${date} at ${clock.format(instant)}`;
};
