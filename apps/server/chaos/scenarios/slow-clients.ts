import { setTimeout as sleep } from 'node:timers/promises';
import { logInManyTimes } from '../instance.ts';
import { Load, percentile, unexpected } from '../load.ts';
import type { Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { SlowClient, type Slowness } from '../slow-client.ts';
import { setStage } from '../stage.ts';

const KINDS: Slowness[] = ['headers', 'body', 'reading'];
const PROMISED_P99_MS = 500;

const play = async ({ isQuick, onProgress }: ScenarioOptions): Promise<Outcome> => {
  const [count, seconds] = isQuick ? [300, 5] : [1000, 30];
  await using stage = await setStage(onProgress);
  const instance = await stage.start();
  const [session] = await logInManyTimes(instance, 'ada@example.com', 1);
  const headers = { cookie: session?.cookie ?? '' };
  const slow = Array.from(
    { length: count },
    (_, index) => new SlowClient(instance.port, KINDS[index % KINDS.length] ?? 'headers'),
  );
  const checks = new Load({ workers: 8, ask: () => fetch(`${instance.url}/api/v1/auth/session`, { headers }) });
  await sleep(seconds * 1000);
  const tally = await checks.end();
  for (const client of slow) client.end();
  const p99 = percentile(tally.durationsMs, 0.99);
  return {
    seen: {
      'slow clients': count,
      'hung up on': slow.reduce((sum, { hangUps }) => sum + hangUps, 0),
      'checks of others': tally.durationsMs.length,
      'ms p99 of theirs': p99,
    },
    violations: unexpected(tally, [200]),
    late: p99 > PROMISED_P99_MS ? [`others waited ${p99} ms (p99)`] : [],
  };
};

export const slowClients: Scenario = {
  name: 'slow-clients',
  about: 'a thousand clients hold connections by sending or reading next to nothing for 30 seconds',
  play,
};
