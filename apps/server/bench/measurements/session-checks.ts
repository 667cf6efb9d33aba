import {
  left,
  precise,
  ratioVerdict,
  right,
  type Section,
  type Verdict,
  whole,
  wholeOrNone,
} from '../report/section.ts';
import type { TargetProcess } from '../setup/target-process.ts';
import { CONNECTIONS, NAMES, type Name, PROOF, RATIOS, TARGETS } from './check-targets.ts';
import { measureRequests, type RequestSample } from './measure-requests.ts';
import type { Bench } from './measurement.ts';
import { compareRounds, perSecondOf, summarise } from './statistics.ts';

const WARM_UP_CONNECTIONS = 32;

type Samples = Map<string, RequestSample[]>;

const atConnections = (count: number): string => (count === 1 ? '1 connection' : `${count} connections`);

const keyOf = (name: Name, connections: number): string => `${name} ${connections}`;

/** How fast a session is checked, next to what one would write by hand. */
export const measureSessionChecks = async (bench: Bench): Promise<Section> => {
  const processes = new Map<Name, TargetProcess>();
  for (const name of NAMES) processes.set(name, await startWarm(bench, name));

  const samples: Samples = new Map();
  for (let round = 0; round < bench.options.rounds; round += 1) {
    await bench.foreignLoad.look(bench.signal);
    for (const connections of CONNECTIONS) {
      for (const name of turnsOf(round)) {
        const target = processes.get(name);
        if (target === undefined) continue;
        const sample = await measureRequests({
          ...bench,
          target,
          connections,
          path: TARGETS[name].path,
          seconds: bench.options.checkSeconds,
        });
        const key = keyOf(name, connections);
        samples.set(key, [...(samples.get(key) ?? []), sample]);
        bench.onProgress(
          `Round ${round + 1}: ${TARGETS[name].label}, ${atConnections(connections)}: ${whole(perSecondOf(sample))} per second`,
        );
      }
    }
  }
  for (const target of processes.values()) await target[Symbol.asyncDispose]();
  return describe(samples);
};

/** Nobody is always the one who comes first. */
const turnsOf = (round: number): Name[] => (round % 2 === 0 ? NAMES : NAMES.toReversed());

const startWarm = async (bench: Bench, name: Name): Promise<TargetProcess> => {
  const { file, path, label } = TARGETS[name];
  bench.onProgress(`Starting and warming up ${label}`);
  const target = await bench.start(file);
  await assertKnowsUsers(bench, name, `${target.url}${path}`);
  await measureRequests({
    ...bench,
    target,
    path,
    connections: WARM_UP_CONNECTIONS,
    seconds: bench.options.warmUpSeconds,
  });
  return target;
};

/** A fast answer that is wrong would win every race. */
const assertKnowsUsers = async ({ cookies, seed }: Bench, name: Name, url: string): Promise<void> => {
  if (PROOF[name] === null) return;
  for (const index of [0, cookies.length - 1]) {
    const { email, id } = seed.users[index] ?? {};
    const answer = await fetch(url, { headers: { cookie: cookies[index] ?? '' } });
    const text = await answer.text();
    const isRight = PROOF[name] === 'email' ? text.includes(`"${email}"`) : answer.headers.get('x-auth-user') === id;
    if (!isRight) throw new Error(`${url} does not tell who asks: ${answer.status} ${text}`);
  }
};

const describe = (samples: Samples): Section => {
  const samplesOf = (name: Name, connections: number): RequestSample[] => samples.get(keyOf(name, connections)) ?? [];
  const ratesOf = (name: Name, connections: number): number[] => samplesOf(name, connections).map(perSecondOf);
  const verdicts: Verdict[] = RATIOS.flatMap(({ ours, theirs, what, aim, aimAlone }) =>
    CONNECTIONS.map((connections) =>
      ratioVerdict(
        `${what}, ${atConnections(connections)}`,
        compareRounds(ratesOf(ours, connections), ratesOf(theirs, connections)),
        connections === 1 ? aimAlone : aim,
      ),
    ),
  );
  const rows = CONNECTIONS.flatMap((connections) =>
    NAMES.map((name) => {
      const { perSecond, p50Ms, p99Ms, ...cpu } = summarise(samplesOf(name, connections));
      return [
        String(connections),
        TARGETS[name].label,
        whole(perSecond),
        precise(p50Ms),
        precise(p99Ms),
        whole(cpu.cpuMicrosecondsPerRequest),
        wholeOrNone(cpu.databaseMicrosecondsPerRequest),
      ];
    }),
  );
  return {
    title: 'Session checks',
    method:
      'Keep-alive connections which ask again as soon as they have their answer, with a different session each time. ' +
      'A, B and C ask PostgreSQL the same prepared question as Latchkey, once per request, from a pool of ten connections. ' +
      'A answers with the same headers as forward auth, B and C with the same JSON as `me`. ' +
      'CPU is microseconds per request: of the process of the server, and of all processes of PostgreSQL.',
    table: {
      columns: [
        right('Connections'),
        left('Target'),
        right('Requests/s'),
        right('p50 ms'),
        right('p99 ms'),
        right('CPU server'),
        right('CPU database'),
      ],
      rows,
    },
    verdicts,
    failures: [...samples].flatMap(([key, list]) =>
      list.flatMap(({ failures }) => failures.map((failure) => `${key} connections: ${failure}`)),
    ),
  };
};
