import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The server as a process of its own, as a user starts it. */
export class ServerProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  output = '';
  readonly #closed: Promise<unknown>;

  constructor(environment: Record<string, string>, program = 'main.ts', args: string[] = []) {
    this.child = spawn(process.execPath, [join(import.meta.dirname, '../src', program), ...args], {
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.#closed = once(this.child, 'close');
  }

  /** Waits until it says something. @throws Error with its output when it ends before */
  async says(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      const ended = this.#closed.then(() => 'ended');
      const more = once(this.child.stdout ?? this.child, 'data').then(() => 'more');
      if ((await Promise.race([more, ended])) === 'ended' && !this.output.includes(text)) {
        throw new Error(`The server ended without saying "${text}":\n${this.output}`);
      }
    }
  }

  /** The exit code. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    await this.#closed;
  }
}
