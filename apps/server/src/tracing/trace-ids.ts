import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

/** Random ids, except that a trace which begins here has the id that is in the log and in the answer. */
export class TraceIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #given: string | null = null;

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }

  generateTraceId(): string {
    return this.#given ?? this.#random.generateTraceId();
  }

  /** The trace that `start` begins, at once, has this id. */
  using<T>(traceId: string | null, start: () => T): T {
    this.#given = traceId;
    try {
      return start();
    } finally {
      this.#given = null;
    }
  }
}
