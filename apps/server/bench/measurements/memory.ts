import { precise, right, type Section, type Verdict, whole } from '../report/section.ts';
import { measureRequests } from './measure-requests.ts';
import type { Bench } from './measurement.ts';

const CONNECTIONS = 32;
const PATH = '/api/v1/me';
const SECONDS = 5;
const COOKIES = 50_000;

/** When memory is looked at, as parts of all checks. */
const LOOKS = [0.2, 0.6, 1];
const MAX_GROWTH = 1.1;

interface Look {
  checks: number;
  heapBytes: number;
  residentBytes: number;
}

/** Whether a server that runs for long holds on to more and more. */
export const measureMemory = async (bench: Bench): Promise<Section> => {
  const { sessions, memoryChecks } = bench.options;
  const crowd = await bench.crowd(sessions);
  const target = await crowd.start();
  const failures: string[] = [];
  const looks: Look[] = [];
  let checks = 0;
  for (const part of LOOKS) {
    while (checks < memoryChecks * part) {
      const sample = await measureRequests({
        ...bench,
        target,
        path: PATH,
        connections: CONNECTIONS,
        cookies: crowd.randomCookies(COOKIES),
        seconds: Math.min(SECONDS, bench.options.loginSeconds),
      });
      checks += sample.requests;
      failures.push(...sample.failures);
    }
    looks.push({ checks, ...(await target.memory()) });
    bench.onProgress(`Memory after ${whole(checks)} checks`);
  }
  await target[Symbol.asyncDispose]();
  return {
    title: 'Memory',
    method:
      `One server, \`GET ${PATH}\` on ${CONNECTIONS} connections, each time for a session drawn from ${whole(sessions)}. ` +
      'Heap is what is in use after a collection; resident is what the process has from the system.',
    table: {
      columns: [right('Checks'), right('Heap MB'), right('Resident MB')],
      rows: looks.map(({ checks: at, heapBytes, residentBytes }) => [
        whole(at),
        precise(toMegabytes(heapBytes)),
        precise(toMegabytes(residentBytes)),
      ]),
    },
    verdicts: [
      growth('Heap, last ÷ first look', looks, ({ heapBytes }) => heapBytes),
      growth('Resident, last ÷ first look', looks, ({ residentBytes }) => residentBytes),
    ],
    failures,
  };
};

const toMegabytes = (bytes: number): number => bytes / 2 ** 20;

const growth = (what: string, looks: Look[], pick: (look: Look) => number): Verdict => {
  const [first = Number.NaN, ...later] = looks.map(pick);
  const ratio = (later.at(-1) ?? Number.NaN) / first;
  return {
    what,
    measured: ratio.toFixed(2),
    rounds: '',
    aim: `≤ ${MAX_GROWTH.toFixed(2)}`,
    isMet: ratio <= MAX_GROWTH,
  };
};
