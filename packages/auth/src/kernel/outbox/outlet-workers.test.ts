import { setImmediate as immediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { silentLogger } from '../ports.ts';
import type { Outlet } from './outlet.ts';
import { OutletWorkers } from './outlet-workers.ts';

test('who is called all the time and finds nothing rests between its turns', async () => {
  let turns = 0;
  const done = Promise.withResolvers<void>();
  const outlet: Outlet = {
    name: 'busy',
    types: undefined,
    concurrency: 1,
    serve: async () => {
      turns += 1;
      if (turns === 10) done.resolve();
      workers.wake();
      await immediate();
      return { kind: 'idle' };
    },
  };
  const workers = new OutletWorkers(outlet, silentLogger);
  const startedAt = performance.now();
  workers.wake();
  await done.promise;
  // Nine rests; a timer may be early by one millisecond.
  expect(performance.now() - startedAt).toBeGreaterThan(9 * 9);
  workers.close();
});
