import { type TrackedEnvelope, tracked } from '@trpc/server';
import { unavailable } from '../kernel/auth-error.ts';

/** A reader that is so far behind is better served by asking for the list. */
const MAX_QUEUE = 500;

/**
 * The changes on their way to one reader. Holds what has not been read; ends by an error, after what came before
 * it has been read, or when the reader leaves.
 */
export class ChangeStream<T> implements AsyncIterableIterator<TrackedEnvelope<T>> {
  readonly #onLeave: () => void;
  readonly #delivered = new Set<string>();
  #queue: TrackedEnvelope<T>[] = [];
  #reader: PromiseWithResolvers<IteratorResult<TrackedEnvelope<T>>> | null = null;
  #failure: { error: unknown } | null = null;
  #hasLeft = false;
  #whenRead: PromiseWithResolvers<void> | null = null;

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  /** Each change goes out once, although it may be missed and announced. */
  push(id: string, change: T): void {
    if (!this.isOpen || this.#delivered.has(id)) return;
    if (this.#queue.length >= MAX_QUEUE) {
      this.fail(unavailable(new Error('A reader of changes is too slow')));
      return;
    }
    this.#remember(id);
    const value = tracked(id, change);
    if (this.#reader === null) this.#queue.push(value);
    else this.#reader.resolve({ done: false, value });
    this.#reader = null;
  }

  /** False: nobody reads any more. */
  get isOpen(): boolean {
    return this.#failure === null && !this.#hasLeft;
  }

  /** Resolves when all that was pushed has been read, or never will be. */
  async untilRead(): Promise<void> {
    if (this.#queue.length === 0 || !this.isOpen) return;
    this.#whenRead ??= Promise.withResolvers();
    await this.#whenRead.promise;
  }

  /** Nothing is kept for a reader who does not come to hear of it. */
  fail(error: unknown): void {
    if (this.isOpen) this.#onLeave();
    this.#failure ??= { error };
    this.#noteRead();
    this.#reader?.reject(this.#failure.error);
    this.#reader = null;
  }

  async next(): Promise<IteratorResult<TrackedEnvelope<T>>> {
    const [first] = this.#queue.splice(0, 1);
    if (this.#queue.length === 0) this.#noteRead();
    if (first !== undefined) return { done: false, value: first };
    if (this.#hasLeft) return { done: true, value: undefined };
    if (this.#failure !== null) {
      await this.return();
      throw this.#failure.error;
    }
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  async return(): Promise<IteratorResult<TrackedEnvelope<T>>> {
    if (this.isOpen) this.#onLeave();
    this.#hasLeft = true;
    this.#queue = [];
    this.#noteRead();
    this.#reader?.resolve({ done: true, value: undefined });
    this.#reader = null;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #noteRead(): void {
    this.#whenRead?.resolve();
    this.#whenRead = null;
  }

  #remember(id: string): void {
    this.#delivered.add(id);
    const [oldest] = this.#delivered;
    if (this.#delivered.size > MAX_QUEUE && oldest !== undefined) this.#delivered.delete(oldest);
  }
}
