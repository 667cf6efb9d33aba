import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../src/postgres/embedded-postgres.ts';
import { FAULTS, type Fault, type Victim } from './faults.ts';
import { type Instance, logInManyTimes, startInstance } from './instance.ts';
import { openStreams } from './open-streams.ts';
import { Storm } from './storm.ts';
import { type Tally, violationsOf } from './tally.ts';

export interface ChaosOptions {
  /** How long a fault lasts that can last. */
  faultSeconds: number;
  /** How long the storm goes on after it. */
  afterSeconds: number;
  onProgress(message: string): void;
}

/** How one fault was survived. */
export interface Outcome extends Tally {
  fault: string;
  /** Streams of revoked sessions that were not told in time. Must be none. */
  silentStreams: number;
  violations: string[];
}

const CALM_SECONDS = 1;
const REVOCATIONS_PER_SECOND = 10;

/** Two instances on one PostgreSQL, to which one bad thing after the other happens. */
export const runChaos = async (options: ChaosOptions): Promise<Outcome[]> => {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-chaos-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  // As root, PostgreSQL runs under another account, which has to get to its own folder below.
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), onProgress: options.onProgress });
  resources.defer(() => postgres.stop());
  const victim = { dataFolder: join(folder, 'postgres', 'data'), superuserUrl: postgres.superuserUrl };
  const revoking = resources.use(await startInstance(postgres.url));
  const checking = resources.use(await startInstance(postgres.url));

  const outcomes: Outcome[] = [];
  for (const fault of FAULTS) {
    options.onProgress(fault.name);
    outcomes.push(await survive(fault, { victim, revoking, checking }, options));
  }
  return outcomes;
};

interface Scene {
  victim: Victim;
  revoking: Instance;
  checking: Instance;
}

const survive = async (
  fault: Fault,
  { victim, revoking, checking }: Scene,
  { faultSeconds, afterSeconds }: ChaosOptions,
): Promise<Outcome> => {
  const count = Math.ceil((CALM_SECONDS + faultSeconds + afterSeconds) * REVOCATIONS_PER_SECOND);
  const email = `${fault.name.replaceAll(/\W+/g, '-').toLowerCase()}@example.com`;
  const sessions = await logInManyTimes(revoking, email, count);
  const streams = await openStreams(checking, sessions);
  const storm = new Storm({ revoking, checking, sessions });
  await sleep(CALM_SECONDS * 1000);
  await fault.happen(victim, faultSeconds);
  storm.faultEnded();
  await sleep(afterSeconds * 1000);
  const tally = await storm.end();
  const silentStreams = await streams.countSilent(storm.revokedIds(), afterSeconds);
  streams.close();
  const violations = [
    ...violationsOf(tally),
    ...(silentStreams > 0 ? [`${silentStreams} streams of revoked sessions were not told`] : []),
    ...[revoking, checking].flatMap(({ process }) =>
      process.child.exitCode === null ? [] : ['an instance has ended'],
    ),
  ];
  return { fault: fault.name, ...tally, silentStreams, violations };
};
