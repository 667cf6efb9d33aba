import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a target is told. */
export interface TargetOptions {
  databaseUrl: string;
  /** A temporary folder, for what a target needs on disk. */
  folder: string;
}

export type Question = { kind: 'start'; options: TargetOptions } | { kind: 'cpu' } | { kind: 'memory' };
export type Answer =
  | { kind: 'ready'; port: number }
  | { kind: 'cpu'; microseconds: number }
  | { kind: 'memory'; heapBytes: number; residentBytes: number };

export interface RunningTarget {
  port: number;
  stop(): Promise<void>;
}

/** The child's side of `TargetProcess`: starts when it is told to, tells what it used, ends with its parent. */
export const serveTarget = (start: (options: TargetOptions) => Promise<RunningTarget>): void => {
  let running: RunningTarget | undefined;
  const answer = (message: Answer): void => void process.send?.(message);
  const usedMicroseconds = (): number => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };

  process.on('message', async (question: Question) => {
    if (question.kind === 'cpu') return answer({ kind: 'cpu', microseconds: usedMicroseconds() });
    if (question.kind === 'memory') return answer({ kind: 'memory', ...usedMemory() });
    running = await start(question.options);
    return answer({ kind: 'ready', port: running.port });
  });
  process.once('disconnect', async () => {
    await running?.stop();
    process.exit(0);
  });
  // Ctrl-C reaches the whole group of processes; the parent decides what ends when.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
};

/** Without what is garbage already. */
const usedMemory = (): { heapBytes: number; residentBytes: number } => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  const { heapUsed: heapBytes, rss: residentBytes } = process.memoryUsage();
  return { heapBytes, residentBytes };
};

/** Listens on a free port of this machine only. */
export const listen = async (listener: RequestListener): Promise<RunningTarget> => {
  const server = createServer({ keepAliveTimeout: 65_000 }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: async () => {
      server.closeAllConnections();
    },
  };
};
