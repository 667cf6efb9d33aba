import { formatInstant } from './format-instant.ts';
import { formatRelative } from './format-relative.ts';
import { useNow } from './use-now.ts';

interface RelativeTimeProps {
  instant: string;
}

/** "2 minutes ago", kept up to date; the exact time is in the tooltip. */
export const RelativeTime = ({ instant }: RelativeTimeProps) => {
  const now = useNow();
  const date = new Date(instant);
  return (
    <time dateTime={instant} title={formatInstant(date, now)}>
      {formatRelative(date, now)}
    </time>
  );
};
