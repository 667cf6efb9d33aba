import { formatInstant } from './format-instant.ts';
import { useNow } from './use-now.ts';

interface InstantProps {
  value: string;
}

/** "on 20 Nov at 09:30", readable by people and machines. */
export const Instant = ({ value }: InstantProps) => (
  <time dateTime={value}>{formatInstant(new Date(value), useNow())}</time>
);
