import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { left, precise, ratioVerdict, right, type Section } from '../report/section.ts';
import type { BareBcryptOptions, BareBcryptResult } from '../targets/bare-bcrypt.ts';
import { LoginLoad, rateWithin } from './login-load.ts';
import type { Bench } from './measurement.ts';
import { compareRounds } from './statistics.ts';

const CONCURRENCY = 16;
const COST = 12;

/** As many as Latchkey's pool has by default. */
const THREADS = availableParallelism();

/** How much of the machine's bcrypt becomes logins. */
export const measureLogins = async (bench: Bench): Promise<Section> => {
  const target = await bench.start('latchkey.ts');
  const load = new LoginLoad({ latchkeyUrl: target.url, seed: bench.seed, concurrency: CONCURRENCY });
  const logins: number[] = [];
  const hashes: number[] = [];
  for (let round = 1; round <= bench.options.loginRounds; round += 1) {
    await bench.foreignLoad.look(bench.signal);
    const login = await measureLoad(load, bench);
    bench.onProgress(`Round ${round}: Latchkey: ${precise(login)} logins per second`);
    const bare = await measureBareBcrypt(bench);
    bench.onProgress(`Round ${round}: ${THREADS} bare bcrypt threads: ${precise(bare)} per second`);
    logins.push(login);
    hashes.push(bare);
  }
  await target[Symbol.asyncDispose]();
  return {
    title: 'Logins',
    method:
      `${CONCURRENCY} logins under way at any time, each by the next user with a browser of their own, bcrypt at cost ${COST}, ` +
      `against ${THREADS} plain worker threads that do nothing but compare a password with a hash of the same cost.`,
    table: {
      columns: [left('Target'), right('Per second')],
      rows: [
        ['Latchkey POST /api/v1/auth/login', precise(mean(logins))],
        [`${THREADS} bare bcrypt threads`, precise(mean(hashes))],
      ],
    },
    verdicts: [ratioVerdict('Logins ÷ bare bcrypt', compareRounds(logins, hashes), 0.95)],
    failures: load.takeFailures(),
  };
};

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const measureLoad = async (load: LoginLoad, { options, signal }: Bench): Promise<number> => {
  load.start();
  try {
    await sleep(options.warmUpSeconds * 1000, undefined, { signal });
    const from = performance.now();
    await sleep(options.loginSeconds * 1000, undefined, { signal });
    return rateWithin(load.completedAt, from, performance.now());
  } finally {
    await load.stop();
  }
};

const measureBareBcrypt = async ({ options, signal }: Bench): Promise<number> => {
  const child = fork(join(import.meta.dirname, '../targets/bare-bcrypt.ts'), { signal });
  const task: BareBcryptOptions = { threads: THREADS, cost: COST, seconds: options.loginSeconds };
  child.send(task);
  const [{ perSecond }] = (await once(child, 'message', { signal })) as [BareBcryptResult];
  return perSecond;
};
