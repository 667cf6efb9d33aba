import { measureLoginStorm } from './measurements/login-storm.ts';
import { measureLogins } from './measurements/logins.ts';
import type { Bench, Measurement } from './measurements/measurement.ts';
import { measureSessionChecks } from './measurements/session-checks.ts';
import type { BenchOptions } from './options.ts';
import type { Report } from './report/report.ts';
import type { Section } from './report/section.ts';
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

const MEASUREMENTS: Measurement[] = [measureSessionChecks, measureLogins, measureLoginStorm];

/** Everything in one run; whatever it starts is gone when it is over, however it ends. */
export const runBench = async ({ options, signal, onProgress }: RunOptions): Promise<Report> => {
  await using resources = new AsyncDisposableStack();
  const { folder, databaseUrl } = await startDisposablePostgres(resources, onProgress);
  signal.throwIfAborted();
  const start = (file: string): Promise<TargetProcess> => TargetProcess.start(file, { databaseUrl, folder }, resources);

  onProgress(`Filling the tables with ${options.users} users`);
  // The first one brings the schema along.
  const first = await start('latchkey.ts');
  const seeded = await seed({ databaseUrl, latchkeyUrl: first.url, users: options.users });
  await first[Symbol.asyncDispose]();

  const cookies = seeded.users.map(({ sessionToken }) => `latchkey_session=${sessionToken}`);
  const foreignLoad = new ForeignLoad();
  const bench: Bench = { options, seed: seeded, cookies, signal, foreignLoad, start, onProgress };
  const sections: Section[] = [];
  for (const measure of MEASUREMENTS) {
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
