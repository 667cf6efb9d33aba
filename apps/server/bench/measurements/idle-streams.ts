import { setTimeout as sleep } from 'node:timers/promises';
import { precise, right, type Section, whole } from '../report/section.ts';
import type { Crowd } from '../setup/crowd.ts';
import { type OpenStream, openStream } from '../setup/open-stream.ts';
import { measureRequests } from './measure-requests.ts';
import type { Bench } from './measurement.ts';

const SESSIONS = 10_000;
const STREAMS = 2000;
const USERS = STREAMS / 2;
const MAX_MEGABYTES = 150;
const SETTLE_MS = 2000;

/** Of two sessions of each of the last users, none of whom has been revoked for another measurement. */
const cookieOf = (crowd: Crowd, index: number): string =>
  crowd.cookieOf(crowd.users - 1 - (index % USERS), Math.floor(index / USERS));

/** What streams on which nothing happens cost. */
export const measureIdleStreams = async (bench: Bench): Promise<Section> => {
  const crowd = await bench.crowd(SESSIONS);
  const target = await crowd.start();
  // What any server needs sooner or later is there before it is weighed.
  const cookies = Array.from({ length: USERS }, (_, index) => cookieOf(crowd, index));
  const warmUp = { target, path: '/api/v1/me', connections: 32, cookies };
  const { failures } = await measureRequests({ ...bench, ...warmUp, seconds: bench.options.warmUpSeconds });
  const before = await target.memory();
  bench.onProgress(`${STREAMS} idle streams`);
  const streams: OpenStream[] = [];
  while (streams.length < STREAMS) {
    streams.push(await openStream(target.url, cookieOf(crowd, streams.length)));
  }
  await sleep(SETTLE_MS, undefined, { signal: bench.signal });
  const after = await target.memory();
  for (const stream of streams) stream.close();
  await target[Symbol.asyncDispose]();

  const megabytes = (after.residentBytes - before.residentBytes) / 2 ** 20;
  return {
    title: 'Idle streams',
    method: `One server with ${whole(STREAMS)} open streams on which nothing happens; what the process has from the system, beside what it had without them.`,
    table: {
      columns: [right('Streams'), right('Resident MB before'), right('Resident MB with them'), right('KB per stream')],
      rows: [
        [
          whole(STREAMS),
          precise(before.residentBytes / 2 ** 20),
          precise(after.residentBytes / 2 ** 20),
          precise((megabytes * 1024) / STREAMS),
        ],
      ],
    },
    verdicts: [
      {
        what: `Memory of ${whole(STREAMS)} idle streams`,
        measured: `${precise(megabytes)} MB`,
        rounds: '',
        aim: `≤ ${MAX_MEGABYTES} MB`,
        isMet: megabytes <= MAX_MEGABYTES,
      },
    ],
    failures,
  };
};
