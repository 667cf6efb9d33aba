import { expect } from 'vitest';

/** Asks again and again until the answer is as expected; patient enough for a machine that has other things to do. */
export const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 15_000, interval: 25 });
