import { setTimeout as delay } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { TracingSettings } from '../observability-settings.ts';
import { OpenTelemetryTracer } from './open-telemetry-tracer.ts';

/** A collector that does not answer must not hold up the stop. */
const STOP_MS = 2000;

export interface RunningTracing {
  tracer: OpenTelemetryTracer;
  /** Sends what has not been sent. */
  stop(): Promise<void>;
}

/** Where to and with which headers, the exporter reads from the environment itself, as every other one does. */
export const startTracing = ({ serviceName, sampler, ratio }: TracingSettings, logger: Logger): RunningTracing => {
  const warn = (message: string) => logger.warn({}, `OpenTelemetry: ${message}`);
  const silence = () => {};
  diag.setLogger({ error: warn, warn, info: silence, debug: silence, verbose: silence }, DiagLogLevel.WARN);
  const tracer = new OpenTelemetryTracer({
    sampler: samplers(ratio)[sampler],
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ 'service.name': serviceName })),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  return {
    tracer,
    stop: () => Promise.race([tracer.shutdown().catch(() => {}), delay(STOP_MS, undefined, { ref: false })]),
  };
};

const samplers = (ratio: number): Record<TracingSettings['sampler'], Sampler> => {
  const always = new AlwaysOnSampler();
  const never = new AlwaysOffSampler();
  const some = new TraceIdRatioBasedSampler(ratio);
  return {
    always_on: always,
    always_off: never,
    traceidratio: some,
    parentbased_always_on: new ParentBasedSampler({ root: always }),
    parentbased_always_off: new ParentBasedSampler({ root: never }),
    parentbased_traceidratio: new ParentBasedSampler({ root: some }),
  };
};
