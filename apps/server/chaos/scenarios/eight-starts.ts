import { setTimeout as sleep } from 'node:timers/promises';
import { findPendingMigrations } from '@latchkey/auth';
import { Client } from 'pg';
import { type Instance, launchInstance, logInManyTimes } from '../instance.ts';
import type { Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { setStage } from '../stage.ts';

const INSTANCES = 8;
const READY_ATTEMPTS = 50;
const READY_INTERVAL_MS = 200;

/** The connection that holds the lock of the migrating one bears its name. */
const named = (databaseUrl: string, index: number): string => {
  const url = new URL(databaseUrl);
  url.searchParams.set('application_name', `instance-${index}`);
  return url.href;
};

/** Waits until one of them is in the middle of making tables; answers which. */
const findMigrating = async (client: Client): Promise<number> => {
  for (;;) {
    const { rows } = await client.query<{ application_name: string }>(
      `select a.application_name from pg_stat_activity a join pg_locks l on l.pid = a.pid
       where l.locktype = 'advisory' and l.granted and a.application_name like 'instance-%' and exists (
         select 1 from pg_stat_activity m join pg_locks t on t.pid = m.pid
         where m.application_name = 'latchkey-migrate' and t.mode = 'AccessExclusiveLock' and t.granted
       )`,
    );
    const [migrating] = rows;
    if (migrating !== undefined) return Number(migrating.application_name.slice('instance-'.length));
  }
};

/** Eight starts at once are a heavy load: readiness, which does not wait for long, may need another look. */
const untilReady = async ({ url }: Instance): Promise<void> => {
  for (let attempt = 1; (await fetch(`${url}/ready`)).status !== 200; attempt += 1) {
    if (attempt === READY_ATTEMPTS) throw new Error('it is not ready');
    await sleep(READY_INTERVAL_MS);
  }
};

/** Answers what keeps it from serving, or null. */
const findProblem = async (instance: Instance, index: number): Promise<string | null> => {
  try {
    await instance.process.says('Latchkey is running');
    await untilReady(instance);
    const [session] = await logInManyTimes(instance, `user-${index}@example.com`, 0);
    const me = await fetch(`${instance.url}/api/v1/me`, { headers: { cookie: session?.cookie ?? '' } });
    return me.ok ? null : `me: ${me.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const play = async ({ onProgress }: ScenarioOptions): Promise<Outcome> => {
  await using stage = await setStage(onProgress);
  await using resources = new AsyncDisposableStack();
  const client = new Client({ connectionString: stage.superuserUrl });
  await client.connect();
  resources.defer(() => client.end());

  const beganAt = performance.now();
  const instances = await Promise.all(
    Array.from({ length: INSTANCES }, async (_, index) =>
      resources.use(await launchInstance({ databaseUrl: named(stage.databaseUrl, index) })),
    ),
  );
  const victim = await findMigrating(client);
  instances[victim]?.process.child.kill('SIGKILL');
  const survivors = instances.filter((_, index) => index !== victim);
  const problems = await Promise.all(survivors.map(findProblem));
  const pending = await findPendingMigrations(stage.databaseUrl);
  const broken = problems.filter((problem) => problem !== null);
  return {
    seen: {
      instances: INSTANCES,
      'killed while migrating': 1,
      'serve afterwards': survivors.length - broken.length,
      'migrations missing': pending.length,
      'ms until the last one served': Math.round(performance.now() - beganAt),
    },
    violations: [
      ...broken.map((problem) => `one of the others does not serve: ${problem}`),
      ...(pending.length > 0 ? [`the schema lacks ${pending.join(', ')}`] : []),
    ],
    late: [],
  };
};

export const eightStarts: Scenario = {
  name: 'eight-starts',
  about: 'eight instances start at once on an empty database, and the one that migrates is killed',
  play,
};
