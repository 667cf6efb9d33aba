import { randomBytes } from 'node:crypto';
import { left, limitVerdict, precise, ratioVerdict, right, type Section, whole } from '../report/section.ts';
import { measureRequests, type RequestSample } from './measure-requests.ts';
import type { Bench } from './measurement.ts';
import { compareRounds, perSecondOf, summarise } from './statistics.ts';

const CONNECTIONS = 16;
const PATH = '/api/v1/me';
const MIN_RATE = 0.9;
const MAX_P99 = 1.2;
const TOKENS_PER_SECOND = 15_000;

/** Whether somebody who sends tokens that nobody has slows down those who have one. */
export const measureUnknownTokens = async (bench: Bench): Promise<Section> => {
  const { options, signal } = bench;
  const crowd = await bench.crowd(options.sessions);
  const target = await crowd.start();
  const traffic = { ...bench, target, path: PATH, connections: CONNECTIONS };
  const known = (seconds: number): Promise<RequestSample> =>
    measureRequests({ ...traffic, seconds, cookies: crowd.randomCookies(TOKENS_PER_SECOND * seconds) });
  const unknown = (seconds: number): Promise<RequestSample> =>
    measureRequests({ ...traffic, seconds, cookies: unknownCookies(TOKENS_PER_SECOND * seconds), status: 401 });
  for (const warmUp of [known, unknown]) await warmUp(options.warmUpSeconds);

  const besideKnown: Pair[] = [];
  const besideUnknown: Pair[] = [];
  const amongKnown = async () => void besideKnown.push(await both(known, known, options.checkSeconds));
  const amongUnknown = async () => void besideUnknown.push(await both(known, unknown, options.checkSeconds));
  for (let round = 0; round < options.rounds; round += 1) {
    await bench.foreignLoad.look(signal);
    for (const turn of round % 2 === 0 ? [amongKnown, amongUnknown] : [amongUnknown, amongKnown]) await turn();
    bench.onProgress(`Round ${round + 1}: known tokens beside known and beside unknown ones`);
  }
  await target[Symbol.asyncDispose]();
  return describe(besideKnown, besideUnknown);
};

type Load = (seconds: number) => Promise<RequestSample>;

interface Pair {
  watched: RequestSample;
  others: RequestSample;
}

const both = async (watch: Load, other: Load, seconds: number): Promise<Pair> => {
  const [watched, others] = await Promise.all([watch(seconds), other(seconds)]);
  return { watched, others };
};

const unknownCookies = (count: number): string[] =>
  Array.from({ length: count }, () => `latchkey_session=${randomBytes(32).toString('base64url')}`);

const describe = (besideKnown: Pair[], besideUnknown: Pair[]): Section => {
  const rates = (pairs: Pair[]): number[] => pairs.map(({ watched }) => perSecondOf(watched));
  const p99s = (pairs: Pair[]): number[] => pairs.map(({ watched }) => summarise([watched]).p99Ms);
  return {
    title: 'Session checks beside unknown tokens',
    method:
      `\`GET ${PATH}\` with known tokens on ${CONNECTIONS} connections, beside ${CONNECTIONS} more with other known tokens, ` +
      `and beside ${CONNECTIONS} with tokens that nobody has, a new one each time.`,
    table: {
      columns: [left('Beside'), right('Checks/s'), right('p50 ms'), right('p99 ms'), right('Others/s')],
      rows: [
        ['other known tokens', ...figuresOf(besideKnown)],
        ['unknown tokens', ...figuresOf(besideUnknown)],
      ],
    },
    verdicts: [
      ratioVerdict(
        'Checks beside unknown ÷ beside known tokens',
        compareRounds(rates(besideUnknown), rates(besideKnown)),
        MIN_RATE,
      ),
      limitVerdict('Their p99, likewise', compareRounds(p99s(besideUnknown), p99s(besideKnown)), MAX_P99),
    ],
    failures: [...besideKnown, ...besideUnknown].flatMap(({ watched, others }) => [
      ...watched.failures,
      ...others.failures,
    ]),
  };
};

const figuresOf = (pairs: Pair[]): string[] => {
  const { perSecond, p50Ms, p99Ms } = summarise(pairs.map(({ watched }) => watched));
  return [
    whole(perSecond),
    precise(p50Ms),
    precise(p99Ms),
    whole(summarise(pairs.map(({ others }) => others)).perSecond),
  ];
};
