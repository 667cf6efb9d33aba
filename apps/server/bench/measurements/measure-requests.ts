import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';
import type { PostgresCpu } from '../setup/postgres-cpu.ts';
import type { TargetProcess } from '../setup/target-process.ts';

export interface Traffic {
  target: TargetProcess;
  path: string;
  /** Each connection has a share of them and sends one after the other. */
  cookies: string[];
  /** What shows who calls. Default: `cookie`; the credentials of `cookies` are sent in it. */
  header?: 'cookie' | 'authorization';
  connections: number;
  seconds: number;
  postgresCpu: PostgresCpu;
  signal: AbortSignal;
  /** The status of all answers. Default: 200. */
  status?: number;
}

/** What came of one measurement. */
export interface RequestSample {
  requests: number;
  seconds: number;
  /** In microseconds. */
  latency: RecordableHistogram;
  /** Of the server's process, all its threads together. */
  cpuMicroseconds: number;
  /** Of all processes of PostgreSQL; null where nobody tells. */
  databaseMicroseconds: number | null;
  /** What was not as it should be, for people; empty when all is well. */
  failures: string[];
}

/** Keep-alive connections, each of which asks again as soon as it has its answer. */
export const measureRequests = async (traffic: Traffic): Promise<RequestSample> => {
  traffic.signal.throwIfAborted();
  const { target, postgresCpu, signal, status = 200 } = traffic;
  const cpuBefore = await target.cpuMicroseconds();
  const databaseBefore = await postgresCpu.microseconds();
  const { result, latency, firstAt, lastAt } = await fire(traffic);
  const cpuMicroseconds = (await target.cpuMicroseconds()) - cpuBefore;
  const databaseNow = await postgresCpu.microseconds();
  signal.throwIfAborted();
  return {
    requests: latency.count,
    seconds: (lastAt - firstAt) / 1000,
    latency,
    cpuMicroseconds,
    databaseMicroseconds: databaseNow === null || databaseBefore === null ? null : databaseNow - databaseBefore,
    failures: failuresOf(result, String(status)),
  };
};

interface Fired {
  result: autocannon.Result;
  latency: RecordableHistogram;
  firstAt: number;
  lastAt: number;
}

const SAMPLE_INTERVAL_MS = 100;

const fire = ({ target, path, cookies, header = 'cookie', connections, seconds, signal }: Traffic): Promise<Fired> =>
  new Promise((resolve, reject) => {
    // The histogram of autocannon itself knows whole milliseconds only.
    const latency = createHistogram();
    let firstAt = 0;
    let lastAt = 0;
    let client = 0;
    const setupClient = (one: autocannon.Client): void => {
      const share = cookies.filter((_, index) => index % connections === client);
      client += 1;
      one.setRequests(share.map((value) => ({ method: 'GET', path, headers: { [header]: value } })));
    };
    const options = { url: target.url, connections, duration: seconds, sampleInt: SAMPLE_INTERVAL_MS, setupClient };
    const instance = autocannon(options, (error: Error | null, result: autocannon.Result) => {
      signal.removeEventListener('abort', stop);
      if (error) reject(error);
      else resolve({ result, latency, firstAt, lastAt });
    });
    instance.on('response', (_client, _status, _bytes, milliseconds) => {
      lastAt = performance.now();
      if (firstAt === 0) firstAt = lastAt;
      latency.record(Math.max(1, Math.round(milliseconds * 1000)));
    });
    const stop = (): void => instance.stop();
    signal.addEventListener('abort', stop);
  });

const failuresOf = ({ statusCodeStats = {}, errors }: autocannon.Result, wanted: string): string[] => [
  ...Object.entries(statusCodeStats)
    .filter(([status]) => status !== wanted)
    .map(([status, { count = 0 }]) => `${count} answers with status ${status}`),
  ...(errors > 0 ? [`${errors} connections that broke or timed out`] : []),
];
