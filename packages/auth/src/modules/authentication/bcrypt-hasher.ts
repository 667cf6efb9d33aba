import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { unavailable } from '../../kernel/auth-error.ts';
import type { PasswordHasher, PasswordVerdict } from '../../kernel/ports.ts';
import type { GuessTask, HashTask, VerifyTask } from './password.worker.ts';
import { decoyHash, type HashSettings, parseStored, prepareNew } from './password-hash.ts';

interface BcryptHasherOptions extends HashSettings {
  workers?: number | undefined;
  maxQueue: number;
}

interface Pool {
  threads: Piscina;
  /** Every thread has loaded what it works with. */
  ready: Promise<void>;
}

/** bcrypt in threads of its own: neither the event loop nor Node's thread pool waits for a hash. */
export class BcryptHasher implements PasswordHasher {
  readonly #settings: HashSettings;
  readonly #workers: number;
  readonly #maxQueue: number;
  /** Started by the first hash: a process that never hashes has no threads. */
  #pool: Pool | null = null;
  #free: number;
  #waiting: { resolve(): void; reject(reason: Error): void }[] = [];
  readonly #underway = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor({ cost, pepper, workers = availableParallelism(), maxQueue }: BcryptHasherOptions) {
    this.#settings = { cost, pepper };
    this.#workers = workers;
    this.#free = workers;
    this.#maxQueue = maxQueue;
  }

  async hash(password: string): Promise<string> {
    const { input, prefix } = prepareNew(password, this.#settings);
    const task: HashTask = { input, cost: this.#settings.cost };
    return prefix + (await this.#run<string>('hash', task));
  }

  async verify(password: string, storedHash: string | null): Promise<PasswordVerdict> {
    const decoy = decoyHash(this.#settings.cost);
    const stored = parseStored(storedHash ?? decoy, this.#settings) ?? parseStored(decoy, this.#settings);
    if (stored === null) throw new Error('The decoy hash is malformed');
    const task: VerifyTask = { input: stored.prepare(password), bcrypt: stored.bcrypt };
    const isMatch = await this.#run<boolean>('verify', task);
    return isMatch ? { kind: 'match', isOutdated: stored.isOutdated } : { kind: 'mismatch' };
  }

  isGuessable(password: string, personal: string[]): Promise<boolean> {
    const task: GuessTask = { password, personal };
    return this.#run<boolean>('isGuessable', task);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Lets the hashes under way finish; those that wait are refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(unavailable(new Error('The service is stopping')));
    if (this.#pool === null) return;
    // A native addon that is loading or working when its thread is ended takes the whole process along.
    await this.#pool.ready;
    await Promise.allSettled(this.#underway);
    await this.#pool.threads.destroy();
  }

  /** @throws AuthError UNAVAILABLE when too many wait, or when the service stops */
  async #run<T>(name: string, task: object): Promise<T> {
    await this.#takeTurn();
    this.#pool ??= startPool(this.#workers);
    const work: Promise<T> = this.#pool.threads.run(task, { name });
    this.#underway.add(work);
    try {
      return await work;
    } finally {
      this.#underway.delete(work);
      this.#passTurn();
    }
  }

  /** The queue is ours and not the pool's, so that it can be emptied at the stop. */
  async #takeTurn(): Promise<void> {
    if (this.#isClosed) throw unavailable(new Error('The service is stopping'));
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#waiting.length >= this.#maxQueue) throw unavailable(new Error('Too many passwords wait to be hashed'), 2);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ resolve, reject });
    await promise;
  }

  #passTurn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next.resolve();
  }
}

/** As many threads from first to last: piscina would end idle ones at moments of its own choosing. */
const startPool = (workers: number): Pool => {
  const filename = new URL('./password.worker.ts', import.meta.url).href;
  const threads = new Piscina({ filename, minThreads: workers, maxThreads: workers });
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let loaded = 0;
  threads.on('message', () => {
    loaded += 1;
    if (loaded === workers) resolve();
  });
  return { threads, ready };
};
