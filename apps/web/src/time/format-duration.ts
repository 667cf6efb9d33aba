const format = (value: number, unit: 'second' | 'minute' | 'hour' | 'day'): string =>
  new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(value);

/** "30 seconds", "2 minutes", "7 days": the largest unit that divides without a remainder. */
export const formatDuration = (seconds: number): string => {
  if (seconds % 86_400 === 0 && seconds > 0) return format(seconds / 86_400, 'day');
  if (seconds % 3600 === 0 && seconds > 0) return format(seconds / 3600, 'hour');
  if (seconds % 60 === 0 && seconds > 0) return format(seconds / 60, 'minute');
  return format(seconds, 'second');
};
