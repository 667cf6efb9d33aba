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

/** bcrypt in threads of its own: neither the event loop nor Node's thread pool waits for a hash. */
export class BcryptHasher implements PasswordHasher {
  readonly #settings: HashSettings;
  readonly #pool: Piscina;

  constructor({ cost, pepper, workers = availableParallelism(), maxQueue }: BcryptHasherOptions) {
    this.#settings = { cost, pepper };
    this.#pool = new Piscina({
      filename: new URL('./password.worker.ts', import.meta.url).href,
      minThreads: Math.min(1, workers),
      maxThreads: workers,
      idleTimeout: 60_000,
      maxQueue,
    });
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

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** @throws AuthError UNAVAILABLE when the queue is full */
  async #run<T>(name: string, task: object): Promise<T> {
    if (this.#pool.queueSize >= this.#pool.options.maxQueue) {
      throw unavailable(new Error('Too many passwords wait to be hashed'), 2);
    }
    return await this.#pool.run(task, { name });
  }
}
