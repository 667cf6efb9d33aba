const SECONDS_PER_UNIT: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

const format = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** "2 minutes ago", "in 3 days". Within a minute, or where the clocks disagree a little: "just now". */
export const formatRelative = (instant: Date, now: Date): string => {
  const seconds = (instant.getTime() - now.getTime()) / 1000;
  const fitting = SECONDS_PER_UNIT.find(([, size]) => Math.abs(seconds) >= size);
  if (fitting === undefined) return 'just now';
  const [unit, size] = fitting;
  return format.format(Math.trunc(seconds / size), unit);
};
