import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import bcrypt from 'bcrypt';
import type { BcryptLoopOptions, BcryptLoopResult } from './bcrypt-loop.worker.ts';

/** What it is told, and what it answers before it ends. */
export interface BareBcryptOptions {
  threads: number;
  cost: number;
  seconds: number;
}
export interface BareBcryptResult {
  perSecond: number;
}

const runLoop = (options: BcryptLoopOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./bcrypt-loop.worker.ts', import.meta.url), { workerData: options });
    worker.once('message', ({ perSecond }: BcryptLoopResult) => resolve(perSecond));
    worker.once('error', reject);
  });

/** bcrypt in plain threads, without a server, a queue or a database: the most that the machine can do. */
process.once('message', async ({ threads, cost, seconds }: BareBcryptOptions) => {
  const password = randomBytes(48).toString('base64');
  const hash = bcrypt.hashSync(password, cost);
  const rates = await Promise.all(Array.from({ length: threads }, () => runLoop({ password, hash, seconds })));
  const result: BareBcryptResult = { perSecond: rates.reduce((sum, rate) => sum + rate, 0) };
  process.send?.(result);
  process.disconnect();
});
process.once('disconnect', () => process.exit(0));
