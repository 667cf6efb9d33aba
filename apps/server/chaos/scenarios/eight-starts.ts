import { findPendingMigrations } from '@latchkey/auth';
import { Client } from 'pg';
import { type Instance, launchInstance, logInManyTimes } from '../instance.ts';
import type { Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { setStage } from '../stage.ts';

const INSTANCES = 8;

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

const isServing = async (instance: Instance, index: number): Promise<boolean> => {
  await instance.process.says('Stop with Ctrl-C');
  const ready = await fetch(`${instance.url}/ready`);
  const [session] = await logInManyTimes(instance, `user-${index}@example.com`, 0);
  const me = await fetch(`${instance.url}/api/v1/me`, { headers: { cookie: session?.cookie ?? '' } });
  return ready.status === 200 && me.status === 200;
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
  const serving = await Promise.all(survivors.map((instance, index) => isServing(instance, index).catch(() => false)));
  const pending = await findPendingMigrations(stage.databaseUrl);
  const count = serving.filter(Boolean).length;
  return {
    seen: {
      instances: INSTANCES,
      'killed while migrating': 1,
      'serve afterwards': count,
      'migrations missing': pending.length,
      'ms until the last one served': Math.round(performance.now() - beganAt),
    },
    violations: [
      ...(count < INSTANCES - 1 ? [`${INSTANCES - 1 - count} of the others do not serve`] : []),
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
