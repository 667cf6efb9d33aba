import { setTimeout as sleep } from 'node:timers/promises';
import {
  left,
  limitVerdict,
  precise,
  right,
  type Section,
  type Verdict,
  whole,
  wholeOrNone,
} from '../report/section.ts';
import { type Crowd, withClient } from '../setup/crowd.ts';
import { awaitTableScans, readTableScans } from '../setup/table-scans.ts';
import type { TargetProcess } from '../setup/target-process.ts';
import { measureRequests, type RequestSample } from './measure-requests.ts';
import type { Bench } from './measurement.ts';
import { compareRounds, perSecondOf, summarise } from './statistics.ts';

const FEW_SESSIONS = 1000;
const MAX_CPU_RATIO = 1.2;
const MAX_LIST_P99_MS = 20;

/** More than a connection asks for in one measurement, so that hardly any session is asked for twice. */
const COOKIES_PER_SECOND = 15_000;

const QUESTIONS = [
  { what: 'a check', path: '/api/v1/auth/session', connections: 32, perSecond: COOKIES_PER_SECOND },
  { what: 'a check that counts as activity', path: '/api/v1/me', connections: 32, perSecond: COOKIES_PER_SECOND },
  { what: 'my sessions', path: '/api/v1/auth/sessions', connections: 4, perSecond: COOKIES_PER_SECOND / 10 },
] as const;
type Question = (typeof QUESTIONS)[number];

interface Side {
  crowd: Crowd;
  target: TargetProcess;
  samples: Map<Question, RequestSample[]>;
}

/** Whether it matters how many sessions there are. */
export const measureScale = async (bench: Bench): Promise<Section> => {
  const few = await prepare(bench, FEW_SESSIONS);
  const many = await prepare(bench, bench.options.sessions);
  for (let round = 0; round < bench.options.rounds; round += 1) {
    await bench.foreignLoad.look(bench.signal);
    for (const question of QUESTIONS) {
      for (const side of round % 2 === 0 ? [few, many] : [many, few]) {
        const sample = await ask(bench, side, question, bench.options.checkSeconds);
        side.samples.set(question, [...(side.samples.get(question) ?? []), sample]);
        bench.onProgress(
          `Round ${round + 1}: ${question.path} among ${whole(side.crowd.sessions)} sessions: ${whole(perSecondOf(sample))} per second`,
        );
      }
    }
  }
  const scans = await analyzeUnderLoad(bench, many);
  for (const { target } of [few, many]) await target[Symbol.asyncDispose]();
  return describe(few, many, scans);
};

const prepare = async (bench: Bench, sessions: number): Promise<Side> => {
  const crowd = await bench.crowd(sessions);
  const side: Side = { crowd, target: await crowd.start(), samples: new Map() };
  for (const question of QUESTIONS) await ask(bench, side, question, bench.options.warmUpSeconds);
  return side;
};

const ask = (bench: Bench, { crowd, target }: Side, question: Question, seconds: number): Promise<RequestSample> =>
  measureRequests({
    ...bench,
    target,
    path: question.path,
    connections: question.connections,
    cookies: crowd.randomCookies(Math.ceil(question.perSecond * seconds)),
    seconds,
  });

/** New statistics in the middle of the load are what makes PostgreSQL think again about a plan. */
const analyzeUnderLoad = async (bench: Bench, side: Side): Promise<Verdict> => {
  const { loginSeconds: seconds } = bench.options;
  const [check, , list] = QUESTIONS;
  return withClient(side.crowd.databaseUrl, async (client) => {
    const before = await readTableScans(client);
    const analyze = async () => {
      await sleep((seconds * 1000) / 2, undefined, { signal: bench.signal });
      bench.onProgress('ANALYZE in the middle of the load');
      await client.query('analyze');
    };
    const [checks, lists] = await Promise.all([
      ask(bench, side, check, seconds),
      ask(bench, side, list, seconds),
      analyze(),
    ]);
    // Each looks for a session and its user.
    const asked = 2 * (checks.requests + lists.requests);
    const after = await awaitTableScans(client, before.byIndex + asked);
    const sequential = after === null ? null : after.sequential - before.sequential;
    return {
      what: 'Sequential scans in a load with `ANALYZE` in its middle',
      measured: sequential === null ? 'not told' : String(sequential),
      rounds: after === null ? '' : `${whole(after.byIndex - before.byIndex)} by index`,
      aim: '0',
      isMet: sequential === 0,
    };
  });
};

const describe = (few: Side, many: Side, scans: Verdict): Section => {
  const of = (side: Side, question: Question): RequestSample[] => side.samples.get(question) ?? [];
  const [check, activity, list] = QUESTIONS;
  const sizes = `${whole(many.crowd.sessions)} ÷ ${whole(few.crowd.sessions)}`;
  const cpu = (question: Question) =>
    compareRounds(of(many, question).map(cpuPerRequest), of(few, question).map(cpuPerRequest));
  const listP99s = of(many, list).map((sample) => summarise([sample]).p99Ms);
  const listP99 = summarise(of(many, list)).p99Ms;
  return {
    title: 'Among a million sessions',
    method:
      `The same questions to a database with ${whole(few.crowd.sessions)} sessions and to one with ${whole(many.crowd.sessions)}, five to a user, ` +
      'each time for a session drawn from all of them. CPU is microseconds per request, of the server and of PostgreSQL. ' +
      `\`GET ${check.path}\` is the check itself; one that counts as activity has the session written once a minute, ` +
      'which in a large crowd is a row for nearly each request.',
    table: {
      columns: [
        left('Question'),
        right('Sessions'),
        right('Connections'),
        right('Requests/s'),
        right('p50 ms'),
        right('p99 ms'),
        right('CPU server'),
        right('CPU database'),
      ],
      rows: QUESTIONS.flatMap((question) => [few, many].map((side) => rowOf(side, question))),
    },
    verdicts: [
      limitVerdict(`CPU of server and database for a check, ${sizes}`, cpu(check), MAX_CPU_RATIO),
      limitVerdict(`The same with activity, ${sizes}`, cpu(activity), null),
      {
        what: `p99 of my sessions among ${whole(many.crowd.sessions)}`,
        measured: `${precise(listP99)} ms`,
        rounds: `${precise(Math.min(...listP99s))} – ${precise(Math.max(...listP99s))}`,
        aim: `< ${MAX_LIST_P99_MS} ms`,
        isMet: listP99 < MAX_LIST_P99_MS,
      },
      scans,
    ],
    failures: [few, many].flatMap(({ samples }) => [...samples.values()].flat().flatMap(({ failures }) => failures)),
  };
};

const cpuPerRequest = ({ cpuMicroseconds, databaseMicroseconds, requests }: RequestSample): number =>
  (cpuMicroseconds + (databaseMicroseconds ?? 0)) / requests;

const rowOf = ({ crowd, samples }: Side, question: Question): string[] => {
  const { perSecond, p50Ms, p99Ms, ...cpu } = summarise(samples.get(question) ?? []);
  return [
    `\`GET ${question.path}\`: ${question.what}`,
    whole(crowd.sessions),
    String(question.connections),
    whole(perSecond),
    precise(p50Ms),
    precise(p99Ms),
    whole(cpu.cpuMicrosecondsPerRequest),
    wholeOrNone(cpu.databaseMicrosecondsPerRequest),
  ];
};
