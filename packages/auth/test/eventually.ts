import { expect } from 'vitest';

/** Asks again and again until the answer is as expected, for 30 seconds at most: beside other load things take longer. */
export const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 30_000, interval: 25 });
