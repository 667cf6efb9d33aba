import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Question, TargetOptions } from '../targets/serve-target.ts';

/** How long a target may take to start, and to end by itself. */
const START_MS = 30_000;
const END_MS = 5000;

/** A server to be measured, in a process of its own. */
export class TargetProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  #url = '';

  private constructor(file: string) {
    this.#child = fork(join(import.meta.dirname, '../targets', file), {
      env: { ...process.env, NODE_ENV: 'production' },
      // Its log goes nowhere, as lines all the same: a server in production writes them, too.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** @param file in `targets` */
  static async start(file: string, options: TargetOptions, resources: AsyncDisposableStack): Promise<TargetProcess> {
    const target = resources.use(new TargetProcess(file));
    const { port } = await target.#ask({ kind: 'start', options }, 'ready');
    target.#url = `http://127.0.0.1:${port}`;
    return target;
  }

  get url(): string {
    return this.#url;
  }

  /** What the process has used of all processors since it started, in microseconds. */
  async cpuMicroseconds(): Promise<number> {
    const { microseconds } = await this.#ask({ kind: 'cpu' }, 'cpu');
    return microseconds;
  }

  /** What it holds on to. */
  async memory(): Promise<{ heapBytes: number; residentBytes: number }> {
    return this.#ask({ kind: 'memory' }, 'memory');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    if (this.#child.connected) this.#child.disconnect();
    await ended;
    clearTimeout(timer);
  }

  #ask<Kind extends Answer['kind']>(question: Question, kind: Kind): Promise<Extract<Answer, { kind: Kind }>> {
    const { promise, resolve, reject } = Promise.withResolvers<Extract<Answer, { kind: Kind }>>();
    const isExpected = (answer: Answer): answer is Extract<Answer, { kind: Kind }> => answer.kind === kind;
    const onMessage = (answer: Answer) => {
      if (isExpected(answer)) resolve(answer);
    };
    const onExit = () => reject(new Error(`${this.#child.spawnargs.at(-1)} has ended`));
    const timer = setTimeout(() => reject(new Error(`${this.#child.spawnargs.at(-1)} does not answer`)), START_MS);
    this.#child.on('message', onMessage).once('exit', onExit);
    this.#child.send(question, (error) => {
      if (error !== null) reject(error);
    });
    return promise.finally(() => {
      clearTimeout(timer);
      this.#child.off('message', onMessage).off('exit', onExit);
    });
  }
}
