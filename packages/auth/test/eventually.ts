import { expect } from 'vitest';

/** Asks again and again until the answer is as expected, for 15 seconds at most: beside other load things take longer. */
export const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 15_000, interval: 25 });
