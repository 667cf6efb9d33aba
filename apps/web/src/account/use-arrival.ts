import { useEffect, useRef } from 'react';

/** Moves the focus to what has just taken the place of the button that asked for it. */
export const useArrival = () => {
  const target = useRef<HTMLParagraphElement>(null);
  useEffect(() => target.current?.focus(), []);
  return target;
};
