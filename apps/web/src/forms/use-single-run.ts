import { useRef } from 'react';

/**
 * Does something, unless it is being done: a button is disabled a moment after the click only, and a second click may
 * be faster. That it failed is to be told by whoever does it, the error of a mutation for one.
 */
export const useSingleRun = <Args extends unknown[]>(act: (...args: Args) => Promise<unknown>) => {
  const isRunning = useRef(false);
  return (...args: Args): void => {
    if (isRunning.current) return;
    isRunning.current = true;
    void act(...args)
      .catch(() => undefined)
      .finally(() => {
        isRunning.current = false;
      });
  };
};
