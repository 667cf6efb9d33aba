import { left, precise, ratioVerdict, right, type Section, whole } from '../report/section.ts';
import { issueTokens } from '../setup/issue-tokens.ts';
import { measureRequests, type RequestSample } from './measure-requests.ts';
import type { Bench } from './measurement.ts';
import { compareRounds, perSecondOf, summarise } from './statistics.ts';

const PATH = '/api/v1/me';
const CONNECTIONS = 32;

/** What it costs the service that a caller shows an access token in place of a cookie. */
export const measureBearers = async (bench: Bench): Promise<Section> => {
  await using target = await bench.start('latchkey-tokens.ts');
  const cookies = bench.cookies.slice(0, CONNECTIONS * 4);
  const bearers = (await issueTokens(target.url, cookies)).map(({ accessToken }) => `Bearer ${accessToken}`);
  const measure = (header: 'cookie' | 'authorization', seconds: number) =>
    measureRequests({
      ...bench,
      target,
      path: PATH,
      connections: CONNECTIONS,
      seconds,
      header,
      cookies: header === 'cookie' ? cookies : bearers,
    });
  const samples = { cookie: [] as RequestSample[], authorization: [] as RequestSample[] };
  const headers = ['authorization', 'cookie'] as const;
  for (const header of headers) await measure(header, bench.options.warmUpSeconds);
  for (let round = 0; round < bench.options.rounds; round += 1) {
    await bench.foreignLoad.look(bench.signal);
    for (const header of round % 2 === 0 ? headers : headers.toReversed()) {
      const sample = await measure(header, bench.options.checkSeconds);
      samples[header].push(sample);
      bench.onProgress(`Round ${round + 1}: by ${header}: ${whole(perSecondOf(sample))} per second`);
    }
  }
  return describe(samples);
};

const describe = ({ cookie, authorization }: Record<'cookie' | 'authorization', RequestSample[]>): Section => {
  const row = (label: string, list: RequestSample[]): string[] => {
    const { perSecond, p50Ms, p99Ms, cpuMicrosecondsPerRequest } = summarise(list);
    return [label, whole(perSecond), precise(p50Ms), precise(p99Ms), whole(cpuMicrosecondsPerRequest)];
  };
  return {
    title: 'Bearer tokens and cookies',
    method:
      `\`GET ${PATH}\` by ${CONNECTIONS} keep-alive connections. Both ask the database whether the session holds; ` +
      'a bearer token has its signature checked before (RS256).',
    table: {
      columns: [
        left('Who calls is shown by'),
        right('Requests/s'),
        right('p50 ms'),
        right('p99 ms'),
        right('CPU server'),
      ],
      rows: [row('a cookie', cookie), row('an access token', authorization)],
    },
    verdicts: [
      ratioVerdict(
        'Access token ÷ cookie',
        compareRounds(authorization.map(perSecondOf), cookie.map(perSecondOf)),
        null,
      ),
    ],
    failures: [...cookie, ...authorization].flatMap(({ failures }) => failures),
  };
};
