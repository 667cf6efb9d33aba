import type { Metrics } from './metrics/metrics.ts';
import type { PasswordHasher, PasswordVerdict } from './ports.ts';
import type { Tracer } from './tracer.ts';

/** Tells how long callers wait for a hasher, whichever it is. */
export class MeasuredHasher implements PasswordHasher {
  readonly #hasher: PasswordHasher;
  readonly #metrics: Metrics;
  readonly #tracer: Tracer;

  constructor(hasher: PasswordHasher, metrics: Metrics, tracer: Tracer) {
    this.#hasher = hasher;
    this.#metrics = metrics;
    this.#tracer = tracer;
    metrics.watchHashQueue(() => hasher.waiting ?? 0);
  }

  hash(password: string): Promise<string> {
    return this.#measure('password.hash', () => this.#hasher.hash(password));
  }

  verify(password: string, storedHash: string | null): Promise<PasswordVerdict> {
    return this.#measure('password.verify', () => this.#hasher.verify(password, storedHash));
  }

  isGuessable(password: string, personal: string[]): Promise<boolean> {
    return this.#tracer.part('password.guess', () => this.#hasher.isGuessable(password, personal));
  }

  close(): Promise<void> {
    return this.#hasher.close();
  }

  /** What was refused because too many wait took no time, and would make the others look fast. */
  async #measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await this.#tracer.part(name, work);
    this.#metrics.passwordHash((performance.now() - startedAt) / 1000);
    return result;
  }
}
