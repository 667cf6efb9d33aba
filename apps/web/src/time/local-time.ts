const pad = (value: number): string => String(value).padStart(2, '0');

/** What a field of the type `datetime-local` takes, in the time zone of whoever looks at it; empty for no instant. */
export const toLocalTime = (instant: string): string => {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '';
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
};

/** The instant that such a field means; empty while it is not filled in. */
export const fromLocalTime = (value: string): string => {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
};
