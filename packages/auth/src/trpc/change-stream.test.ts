import { expect, test } from 'vitest';
import { ChangeStream } from './change-stream.ts';

const LATE = Symbol('nothing yet');

const soon = <T>(work: Promise<T>): Promise<T | symbol> =>
  Promise.race([work, new Promise<symbol>((resolve) => setImmediate(() => resolve(LATE)))]);

test('whoever pushes can wait until all has been read', async () => {
  const stream = new ChangeStream<number>(() => {});
  await stream.untilRead();
  stream.push('a', 1);
  stream.push('b', 2);
  const read = stream.untilRead();
  await stream.next();
  expect(await soon(read)).toBe(LATE);
  await stream.next();
  await read;
});

test('nobody waits for a reader who has left, or for a stream that has failed', async () => {
  for (const end of ['return', 'fail'] as const) {
    const stream = new ChangeStream<number>(() => {});
    stream.push('a', 1);
    const read = stream.untilRead();
    expect(stream.isOpen).toBe(true);
    if (end === 'return') await stream.return();
    else stream.fail(new Error('over'));
    await read;
    expect(stream.isOpen).toBe(false);
  }
});
