import { setTimeout as sleep } from 'node:timers/promises';
import { left, precise, ratioVerdict, right, type Section, type Verdict, whole } from '../report/section.ts';
import { LoginLoad, rateWithin } from './login-load.ts';
import { measureRequests, type RequestSample } from './measure-requests.ts';
import type { Bench } from './measurement.ts';
import { compareRounds, perSecondOf, summarise } from './statistics.ts';

const CONNECTIONS = 8;
const CONCURRENCY = 16;
const PATH = '/api/v1/me';
const MAX_P99_MS = 30;
const MIN_RATIO = 0.25;

/** Whether those who are logged in notice that everybody else is logging in. */
export const measureLoginStorm = async (bench: Bench): Promise<Section> => {
  const { options, signal, seed } = bench;
  const target = await bench.start('latchkey.ts');
  const load = new LoginLoad({ latchkeyUrl: target.url, seed, concurrency: CONCURRENCY });
  const traffic = { ...bench, target, path: PATH, connections: CONNECTIONS, seconds: options.loginSeconds };
  await measureRequests({ ...traffic, seconds: options.warmUpSeconds });

  const quiet: RequestSample[] = [];
  const stormy: RequestSample[] = [];
  const logins: number[] = [];
  for (let round = 1; round <= options.loginRounds; round += 1) {
    await bench.foreignLoad.look(signal);
    const calm = await measureRequests(traffic);
    bench.onProgress(`Round ${round}: without logins: ${whole(perSecondOf(calm))} checks per second`);
    load.start();
    try {
      await sleep(options.warmUpSeconds * 1000, undefined, { signal });
      const from = performance.now();
      const storm = await measureRequests(traffic);
      logins.push(rateWithin(load.completedAt, from, performance.now()));
      bench.onProgress(`Round ${round}: under ${CONCURRENCY} logins: ${whole(perSecondOf(storm))} checks per second`);
      quiet.push(calm);
      stormy.push(storm);
    } finally {
      await load.stop();
    }
  }
  await target[Symbol.asyncDispose]();
  return describe({ quiet, stormy, logins, failures: load.takeFailures() });
};

interface Storm {
  quiet: RequestSample[];
  stormy: RequestSample[];
  logins: number[];
  failures: string[];
}

const describe = ({ quiet, stormy, logins, failures }: Storm): Section => {
  const storm = summarise(stormy);
  const p99s = stormy.map((sample) => summarise([sample]).p99Ms);
  const p99: Verdict = {
    what: 'p99 of checks under logins',
    measured: `${precise(storm.p99Ms)} ms`,
    rounds: `${precise(Math.min(...p99s))} – ${precise(Math.max(...p99s))}`,
    aim: `< ${MAX_P99_MS} ms`,
    isMet: storm.p99Ms < MAX_P99_MS,
  };
  const loginRate = logins.reduce((sum, rate) => sum + rate, 0) / logins.length;
  return {
    title: 'Session checks under a storm of logins',
    method:
      `\`GET ${PATH}\` on ${CONNECTIONS} connections, first alone, then beside ${CONCURRENCY} logins under way at any time. ` +
      'Both share the processors, so fewer checks are expected; slow ones are not.',
    table: {
      columns: [left('Meanwhile'), right('Checks/s'), right('p50 ms'), right('p99 ms'), right('Logins/s')],
      rows: [
        ['nothing else', ...figuresOf(quiet), '–'],
        [`${CONCURRENCY} logins`, ...figuresOf(stormy), precise(loginRate)],
      ],
    },
    verdicts: [
      p99,
      ratioVerdict(
        'Checks with logins ÷ without',
        compareRounds(stormy.map(perSecondOf), quiet.map(perSecondOf)),
        MIN_RATIO,
      ),
    ],
    failures: [...failures, ...[...quiet, ...stormy].flatMap((sample) => sample.failures)],
  };
};

const figuresOf = (samples: RequestSample[]): string[] => {
  const { perSecond, p50Ms, p99Ms } = summarise(samples);
  return [whole(perSecond), precise(p50Ms), precise(p99Ms)];
};
