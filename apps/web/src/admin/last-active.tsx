import { RelativeTime } from '../time/relative-time.tsx';

interface LastActiveProps {
  at: string | null;
}

/** When somebody was seen last. */
export const LastActive = ({ at }: LastActiveProps) =>
  at === null ? <>long ago or never</> : <RelativeTime instant={at} />;
