import { precise, right, type Section } from '../report/section.ts';
import { openStream } from '../setup/open-stream.ts';
import type { Bench } from './measurement.ts';

const SESSIONS = 10_000;
const ROUNDS = 200;
const QUICK_ROUNDS = 20;
const MAX_P99_MS = 200;

/** How long it takes until a device on another instance knows that its session was ended. */
export const measurePush = async (bench: Bench): Promise<Section> => {
  const crowd = await bench.crowd(SESSIONS);
  const revoking = await crowd.start();
  const listening = await crowd.start();
  const rounds = bench.options.rounds > 1 ? ROUNDS : QUICK_ROUNDS;
  const delays: number[] = [];
  const failures: string[] = [];
  bench.onProgress(`${rounds} revocations on one instance, streams on the other`);
  for (let user = 0; user < rounds; user += 1) {
    bench.signal.throwIfAborted();
    const stream = await openStream(listening.url, crowd.cookieOf(user, 0));
    const startedAt = performance.now();
    const answer = await fetch(`${revoking.url}/api/v1/auth/sessions/all`, {
      method: 'DELETE',
      headers: { cookie: crowd.cookieOf(user, 1), origin: 'http://localhost:4000', 'sec-fetch-site': 'same-origin' },
    });
    if (answer.ok) delays.push((await stream.ended) - startedAt);
    else failures.push(`A revocation was answered with ${answer.status}`);
    stream.close();
  }
  for (const target of [revoking, listening]) await target[Symbol.asyncDispose]();

  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? Number.NaN;
  return {
    title: 'Push',
    method:
      `Two instances on one database; ${rounds} times a stream is opened on one of them and its session revoked on the ` +
      'other. Counted from the moment in which the revocation is asked for, so that it contains the whole of it.',
    table: {
      columns: [right('Revocations'), right('p50 ms'), right('p99 ms'), right('Longest ms')],
      rows: [[String(delays.length), precise(at(0.5)), precise(at(0.99)), precise(at(1))]],
    },
    verdicts: [
      {
        what: 'p99 until a stream on another instance has heard of a revocation',
        measured: `${precise(at(0.99))} ms`,
        rounds: `${precise(at(0))} – ${precise(at(1))}`,
        aim: `< ${MAX_P99_MS} ms`,
        isMet: at(0.99) < MAX_P99_MS,
      },
    ],
    failures,
  };
};
