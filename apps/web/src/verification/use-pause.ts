import { useEffect, useState } from 'react';

/** Counts seconds down; `restart` does it again. */
export const usePause = (first: number, seconds: number) => {
  const [left, setLeft] = useState(first);
  useEffect(() => {
    if (left === 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return { secondsLeft: left, restart: () => setLeft(seconds) };
};
