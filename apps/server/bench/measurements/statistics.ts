import { createHistogram, type Histogram } from 'node:perf_hooks';
import type { RequestSample } from './measure-requests.ts';

/** Several rounds of one measurement as one. */
export interface RequestSummary {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  cpuMicrosecondsPerRequest: number;
  /** Null where nobody tells. */
  databaseMicrosecondsPerRequest: number | null;
}

export const perSecondOf = ({ requests, seconds }: Pick<RequestSample, 'requests' | 'seconds'>): number =>
  requests / seconds;

export const summarise = (samples: RequestSample[]): RequestSummary => {
  const latency = createHistogram();
  for (const sample of samples) latency.add(sample.latency);
  const total = (pick: (sample: RequestSample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0);
  const requests = total((sample) => sample.requests);
  return {
    perSecond: requests / total((sample) => sample.seconds),
    p50Ms: milliseconds(latency, 50),
    p99Ms: milliseconds(latency, 99),
    cpuMicrosecondsPerRequest: total((sample) => sample.cpuMicroseconds) / requests,
    databaseMicrosecondsPerRequest: samples.some((sample) => sample.databaseMicroseconds === null)
      ? null
      : total((sample) => sample.databaseMicroseconds ?? 0) / requests,
  };
};

const milliseconds = (latency: Histogram, percentile: number): number => latency.percentile(percentile) / 1000;

export interface RatioSummary {
  median: number;
  lowest: number;
  highest: number;
}

/** Compares round by round: what disturbs the machine for a while disturbs both sides of a round alike. */
export const compareRounds = (ours: number[], theirs: number[]): RatioSummary => {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN)).sort((a, b) => a - b);
  return { median: median(ratios), lowest: ratios[0] ?? Number.NaN, highest: ratios.at(-1) ?? Number.NaN };
};

const median = (sorted: number[]): number => {
  const upper = Math.floor(sorted.length / 2);
  const lower = Math.ceil(sorted.length / 2) - 1;
  return ((sorted[lower] ?? Number.NaN) + (sorted[upper] ?? Number.NaN)) / 2;
};
