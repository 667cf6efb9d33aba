import { AuthError, type Span, type TraceOrigin, type Tracer } from '@latchkey/auth';
import {
  type Context,
  isSpanContextValid,
  type Span as OpenTelemetrySpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider, type TracerProviderOptions } from '@opentelemetry/sdk-trace';
import { TraceIds } from './trace-ids.ts';

/** Follows what Latchkey does with OpenTelemetry, without touching what the process has set up globally. */
export class OpenTelemetryTracer implements Tracer {
  readonly #ids = new TraceIds();
  readonly #contexts = new AsyncLocalStorageContextManager().enable();
  readonly #provider: TracerProvider;

  constructor(options: TracerProviderOptions) {
    this.#provider = new TracerProvider({ ...options, idGenerator: this.#ids });
  }

  operation<T>(name: string, origin: TraceOrigin | null, work: (span: Span) => Promise<T>): Promise<T> {
    const context = contextOf(origin?.traceparent ?? null);
    const kind = origin === null ? SpanKind.INTERNAL : SpanKind.SERVER;
    const span = this.#ids.using(origin?.traceId ?? null, () => this.#tracer.startSpan(name, { kind }, context));
    return this.#run(span, context, work);
  }

  /** What goes on after the end of its operation, such as a mail that it caused, is no part of it. */
  part<T>(name: string, work: () => Promise<T>): Promise<T> {
    const context = this.#contexts.active();
    if (trace.getSpan(context)?.isRecording() !== true) return work();
    return this.#run(this.#tracer.startSpan(name, {}, context), context, work);
  }

  /** Sends what has not been sent. */
  shutdown(): Promise<void> {
    return this.#provider.shutdown();
  }

  get #tracer() {
    return this.#provider.getTracer('latchkey');
  }

  async #run<T>(span: OpenTelemetrySpan, context: Context, work: (span: Span) => Promise<T>): Promise<T> {
    const fail = () => void span.setStatus({ code: SpanStatusCode.ERROR });
    const set: Span['set'] = (attribute, value) => void span.setAttribute(attribute, value);
    try {
      return await this.#contexts.with(trace.setSpan(context, span), () => work({ set, fail }));
    } catch (error) {
      // The error itself stays in the log: its message may quote what somebody has sent.
      if (!(error instanceof AuthError) || error.status >= 500) fail();
      throw error;
    } finally {
      span.end();
    }
  }
}

/** `version-traceid-parentid-flags`, well-formed as far as its digits go (W3C Trace Context §3.2). */
const contextOf = (traceparent: string | null): Context => {
  const [, traceId = '', spanId = '', flags = ''] = traceparent?.split('-') ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
};
