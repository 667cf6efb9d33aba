/** What is being done, as a tracing system shows it. */
export interface Span {
  set(attribute: string, value: string | number): void;
  /** It went wrong, and that is our fault. */
  fail(): void;
}

/** The trace that a call belongs to. */
export interface TraceOrigin {
  /** As it is in the log, in errors and in events. */
  traceId: string;
  /** What the caller sent, in the form of W3C Trace Context; null: the trace begins here. */
  traceparent: string | null;
}

/**
 * Follows what is done, for example with OpenTelemetry. Runs `work` at once, and hands on what comes of it. Neither
 * names nor attributes ever hold what tells a person.
 */
export interface Tracer {
  /** What somebody asked for, or what begins by itself: then the origin is null. */
  operation<T>(name: string, origin: TraceOrigin | null, work: (span: Span) => Promise<T>): Promise<T>;
  /** A part of an operation that is under way; followed nowhere else. */
  part<T>(name: string, work: () => Promise<T>): Promise<T>;
}

const nowhere: Span = { set() {}, fail() {} };

export const silentTracer: Tracer = {
  operation: (_name, _origin, work) => work(nowhere),
  part: (_name, work) => work(),
};
