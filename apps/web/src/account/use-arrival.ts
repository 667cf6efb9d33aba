import { useEffect, useRef } from 'react';

/** Moves the focus to what has just taken the place of the button that asked for it. */
export const useArrival = (isArrival = true) => {
  const target = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (isArrival) target.current?.focus();
  }, [isArrival]);
  return target;
};
