import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisServer, subscribeTo } from '@latchkey/auth/testing/redis';
import { type Instance, logInBy, logInManyTimes, PASSWORD } from '../instance.ts';
import { percentile } from '../load.ts';
import type { Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { type Stage, setStage, withSuperuser } from '../stage.ts';

const EMAIL = 'ada@example.com';
/** A caller waits for Redis for so long once, and then nobody does. */
const FIRST_WAIT_MS = 300;
/** Beside noise of the machine. */
const MAX_RATIO = 1.25;
const NOISE_MS = 5;
const PUBLISHED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** How long things took at one instance, in milliseconds. */
interface Timings {
  logins: number[];
  checks: number[];
}

const timed = async (durations: number[], work: () => Promise<unknown>): Promise<void> => {
  const beganAt = performance.now();
  await work();
  durations.push(performance.now() - beganAt);
};

/** One after the other at each instance in turn, so that whatever the machine does besides is done to all of them. */
const compare = async (instances: [Instance, string][], seconds: number): Promise<Timings[]> => {
  const timings = instances.map((): Timings => ({ logins: [], checks: [] }));
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    for (const [index, [{ url }, cookie]] of instances.entries()) {
      const { logins, checks } = timings[index] ?? { logins: [], checks: [] };
      await timed(logins, () => logInBy(`${url}/api/v1/auth/login`, { email: EMAIL, password: PASSWORD }));
      await timed(checks, async () => {
        const response = await fetch(`${url}/api/v1/me`, { headers: { cookie } });
        if (response.status !== 200) throw new Error(`A check was answered ${response.status}`);
        await response.arrayBuffer();
      });
    }
  }
  return timings;
};

const writtenIn = (stage: Stage): Promise<string[]> =>
  withSuperuser(stage, async (client) => {
    const { rows } = await client.query<{ id: string }>('select id from auth.event');
    return rows.map(({ id }) => id);
  });

const medianOf = (durations: number[]): number => percentile(durations, 0.5);

const play = async ({ isQuick, onProgress }: ScenarioOptions): Promise<Outcome> => {
  const seconds = isQuick ? 3 : 20;
  await using resources = new AsyncDisposableStack();
  const redis = resources.use(await startRedisServer());
  const subscriber = resources.use(await subscribeTo(redis.url));
  const stage = resources.use(await setStage(onProgress));
  const served = await stage.start({ settings: { REDIS_URL: redis.url } });
  const control = await stage.start();
  const [session] = await logInManyTimes(served, EMAIL, 1);
  const cookie = session?.cookie ?? '';
  const pair: [Instance, string][] = [
    [served, cookie],
    [control, cookie],
  ];

  const [calm, calmWithout] = await compare(pair, seconds);
  redis.freeze();
  onProgress('Redis is frozen');
  const [frozen, frozenWithout] = await compare(pair, seconds);
  redis.thaw();
  const written = await writtenIn(stage);
  const missing = () => {
    const heard = new Set(subscriber.heard.map(({ id }) => id));
    return written.filter((id) => !heard.has(id)).length;
  };
  const end = performance.now() + PUBLISHED_WITHIN_MS;
  while (missing() > 0 && performance.now() < end) await sleep(LOOK_EVERY_MS);
  if (!calm || !calmWithout || !frozen || !frozenWithout) throw new Error('Two instances were expected');

  const [login, without] = [medianOf(frozen.logins), medianOf(frozenWithout.logins)];
  const longest = Math.round(Math.max(...frozen.logins));
  const isSlower = login > without * MAX_RATIO + NOISE_MS;
  const isStuck = longest > FIRST_WAIT_MS + 3 * Math.max(...frozenWithout.logins, NOISE_MS);
  return {
    seen: {
      'logins while it was frozen': frozen.logins.length + frozenWithout.logins.length,
      'ms median of a login before': medianOf(calm.logins),
      '… without Redis': medianOf(calmWithout.logins),
      'ms median of a login meanwhile': login,
      '… without Redis meanwhile': without,
      'ms longest login meanwhile': longest,
      'ms median of a check meanwhile': medianOf(frozen.checks),
      '… of a check without Redis': medianOf(frozenWithout.checks),
      'events written': written.length,
      'of them not published in the end': missing(),
    },
    violations: missing() > 0 ? [`${missing()} events were not published`] : [],
    late: [
      ...(isSlower ? [`logins took ${login} ms instead of ${without} (median)`] : []),
      ...(isStuck ? [`a login took ${longest} ms`] : []),
    ],
  };
};

export const redisFrozen: Scenario = {
  name: 'redis-frozen',
  about: 'Redis keeps its connections and answers nothing, beside an instance that has none',
  play,
};
