import { measureBearers } from './measurements/bearers.ts';
import { measureIdleStreams } from './measurements/idle-streams.ts';
import { measureLoginStorm } from './measurements/login-storm.ts';
import { measureLogins } from './measurements/logins.ts';
import type { Bench, Measurement } from './measurements/measurement.ts';
import { measureMemory } from './measurements/memory.ts';
import { measurePush } from './measurements/push.ts';
import { measureRefreshes } from './measurements/refreshes.ts';
import { measureScale } from './measurements/scale.ts';
import { measureSessionChecks } from './measurements/session-checks.ts';
import { measureUnknownTokens } from './measurements/unknown-tokens.ts';
import { measureVerifying } from './measurements/verifying.ts';
import type { BenchOptions, Topic } from './options.ts';
import type { Report } from './report/report.ts';
import type { Section } from './report/section.ts';
import { type Crowd, makeCrowd } from './setup/crowd.ts';
import { startDisposablePostgres } from './setup/disposable-postgres.ts';
import { ForeignLoad } from './setup/foreign-load.ts';
import { readMachineFacts } from './setup/machine-facts.ts';
import { seed } from './setup/seed.ts';
import { TargetProcess } from './setup/target-process.ts';

interface RunOptions {
  options: BenchOptions;
  signal: AbortSignal;
  onProgress(message: string): void;
}

const MEASUREMENTS: Record<Topic, Measurement[]> = {
  checks: [measureSessionChecks],
  logins: [measureLogins],
  storm: [measureLoginStorm],
  scale: [measureScale, measureUnknownTokens, measureMemory],
  push: [measurePush, measureIdleStreams],
  tokens: [measureVerifying, measureBearers, measureRefreshes],
};

/** Everything in one run; whatever it starts is gone when it is over, however it ends. */
export const runBench = async ({ options, signal, onProgress }: RunOptions): Promise<Report> => {
  await using resources = new AsyncDisposableStack();
  const { folder, databaseUrl, superuserUrl, cpu: postgresCpu } = await startDisposablePostgres(resources, onProgress);
  signal.throwIfAborted();
  const startOn = (url: string, file: string): Promise<TargetProcess> =>
    TargetProcess.start(file, { databaseUrl: url, folder }, resources);
  const start = (file: string): Promise<TargetProcess> => startOn(databaseUrl, file);
  const crowds = new Map<number, Promise<Crowd>>();
  const crowd = (sessions: number): Promise<Crowd> => {
    const made = crowds.get(sessions) ?? makeCrowd({ superuserUrl, databaseUrl, sessions, startOn, onProgress });
    crowds.set(sessions, made);
    return made;
  };

  onProgress(`Filling the tables with ${options.users} users`);
  // The first one brings the schema along.
  const first = await start('latchkey.ts');
  const seeded = await seed({ databaseUrl, latchkeyUrl: first.url, users: options.users });
  await first[Symbol.asyncDispose]();

  const cookies = seeded.users.map(({ sessionToken }) => `latchkey_session=${sessionToken}`);
  const foreignLoad = new ForeignLoad();
  const bench: Bench = { options, seed: seeded, cookies, signal, foreignLoad, postgresCpu, start, crowd, onProgress };
  const sections: Section[] = [];
  for (const measure of options.topics.flatMap((topic) => MEASUREMENTS[topic])) {
    signal.throwIfAborted();
    sections.push(await measure(bench));
  }
  return {
    facts: await readMachineFacts(databaseUrl),
    options,
    at: new Date(),
    foreignLoad: foreignLoad.share,
    sections,
  };
};
