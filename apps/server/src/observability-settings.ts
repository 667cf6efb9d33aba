import { z } from 'zod';
import { portNumber } from './setting-types.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** What the environment says about metrics and traces. */
export const observabilityVariables = {
  METRICS_PORT: portNumber
    .optional()
    .describe(
      'Port for `/metrics` alone. Unset: it is on the main port, for who has `METRICS_TOKEN`; without that one only outside of production, for this machine.',
    ),
  METRICS_HOST: z.string().default('127.0.0.1').describe('Address to listen on with `METRICS_PORT`.'),
  METRICS_TOKEN: z
    .string()
    .min(16, 'Use 16 characters or more, for example from `openssl rand -base64 32`.')
    .optional()
    .describe('Who reads `/metrics` has to send it: `Authorization: Bearer …`.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'Use an http or https address, for example http://localhost:4318.' })
    .optional()
    .describe('Where traces are sent, by OTLP over HTTP. Unset: nowhere, and nothing of OpenTelemetry runs.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .describe(
      'Headers for it: `authorization=Bearer%20…`, comma separated. Other variables of the exporter work, too.',
    ),
  OTEL_SERVICE_NAME: z.string().default('latchkey').describe('What the service is called in traces.'),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, `Use one of ${SAMPLERS.join(', ')}.`)
    .default('parentbased_always_on')
    .describe(
      'Which traces are sent, by its name in OpenTelemetry. Those that begin with `parentbased_` do as the caller says in `traceparent`.',
    ),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0|1|0?\.\d+)$/, 'Use a number from 0 to 1.')
    .transform(Number)
    .default(1)
    .describe('The share of traces that a sampler with `traceidratio` sends.'),
};

type Variables = z.output<z.ZodObject<typeof observabilityVariables>>;

export interface MetricsSettings {
  /** Null: the main one. */
  port: number | null;
  host: string;
  /** Null: none is asked for. */
  token: string | null;
}

export interface TracingSettings {
  serviceName: string;
  sampler: (typeof SAMPLERS)[number];
  /** From 0 to 1. */
  ratio: number;
}

export const toMetricsSettings = ({ METRICS_PORT, METRICS_HOST, METRICS_TOKEN }: Variables): MetricsSettings => ({
  port: METRICS_PORT ?? null,
  host: METRICS_HOST,
  token: METRICS_TOKEN ?? null,
});

/** Null where traces go nowhere. */
export const toTracingSettings = (env: Variables): TracingSettings | null =>
  env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
    ? null
    : { serviceName: env.OTEL_SERVICE_NAME, sampler: env.OTEL_TRACES_SAMPLER, ratio: env.OTEL_TRACES_SAMPLER_ARG };
