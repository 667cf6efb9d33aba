import type { BenchOptions } from '../options.ts';
import type { Section } from '../report/section.ts';
import type { Crowd } from '../setup/crowd.ts';
import type { ForeignLoad } from '../setup/foreign-load.ts';
import type { PostgresCpu } from '../setup/postgres-cpu.ts';
import type { Seed } from '../setup/seed.ts';
import type { TargetProcess } from '../setup/target-process.ts';

/** What a measurement works with. */
export interface Bench {
  options: BenchOptions;
  seed: Seed;
  /** The session cookies of all seeded users. */
  cookies: string[];
  signal: AbortSignal;
  /** To be looked at once per round. */
  foreignLoad: ForeignLoad;
  start(file: string): Promise<TargetProcess>;
  /** A database with so many sessions, made when it is first asked for. */
  crowd(sessions: number): Promise<Crowd>;
  postgresCpu: PostgresCpu;
  onProgress(message: string): void;
}

/** Measures, and tells what came of it. */
export type Measurement = (bench: Bench) => Promise<Section>;
