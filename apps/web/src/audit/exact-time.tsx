import { formatRelative } from '../time/format-relative.ts';
import { useNow } from '../time/use-now.ts';

const exactly = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/** "Friday 20 November 2026 at 09:30:12 UTC" */
export const formatExactly = (instant: string): string => exactly.format(new Date(instant));

interface ExactTimeProps {
  instant: string;
}

/** "2 minutes ago"; the tooltip has it to the second. */
export const ExactTime = ({ instant }: ExactTimeProps) => (
  <time dateTime={instant} title={formatExactly(instant)}>
    {formatRelative(new Date(instant), useNow())}
  </time>
);
