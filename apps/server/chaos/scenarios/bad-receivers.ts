import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../src/find-free-port.ts';
import { Administrator, WEBHOOK_SETTINGS } from '../administrator.ts';
import { type Instance, logInBy, logInManyTimes, PASSWORD } from '../instance.ts';
import { Load, type LoadTally, percentile, unexpected } from '../load.ts';
import { openReceiver } from '../receiver.ts';
import type { Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { type Stage, setStage, withSuperuser } from '../stage.ts';

const EVENTS = ['user.login'];
const EMAIL = 'ada@example.com';
const LOGIN_EVERY_MS = 50;
const HEALTHY_SECONDS = 20;
const MEGABYTE = Buffer.alloc(2 ** 20, 'x');
const GIGABYTE = 1024;
const KILOBYTES_PER_MEGABYTE = 1024;

/** Grown by more than this, the memory is not bounded. */
const MAX_GROWTH_MB = 150;
/** Beside noise of the machine. */
const MAX_P99_RATIO = 1.5;
const NOISE_MS = 10;

/** Sends a gigabyte, as fast as it is read. */
const flood = (response: ServerResponse): void => {
  let sent = 0;
  response.writeHead(200);
  const send = () => {
    while (sent < GIGABYTE && !response.destroyed) {
      sent += 1;
      if (!response.write(MEGABYTE)) return void response.once('drain', send);
    }
    response.end();
  };
  send();
};

const BAD: Record<string, (response: ServerResponse) => void> = {
  hanging: () => {},
  'answering 500': (response) => void response.writeHead(500).end('Out of paper'),
  'redirecting to a private address': (response) =>
    void response.writeHead(301, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  'answering a gigabyte': flood,
};

/** The memory of a process in megabytes; 0 where the system does not tell. */
const memoryOf = async ({ process }: Instance): Promise<number> => {
  const status = await readFile(`/proc/${process.child.pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / KILOBYTES_PER_MEGABYTE);
};

/** Logs in again and again, each of which is an event, while others check their sessions. */
const useFor = async (instance: Instance, cookie: string, seconds: number) => {
  const checks = new Load({
    workers: 4,
    ask: () => fetch(`${instance.url}/api/v1/auth/session`, { headers: { cookie } }),
  });
  let logins = 0;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; logins += 1) {
    await logInBy(`${instance.url}/api/v1/auth/login`, { email: EMAIL, password: PASSWORD });
    await sleep(LOGIN_EVERY_MS);
  }
  return { logins, tally: await checks.end() };
};

const p99Of = ({ durationsMs }: LoadTally): number => percentile(durationsMs, 0.99);

/** What was meant for them has to wait or, where they said 200 first, has arrived: all of it. */
const countKept = async (stage: Stage, ids: string[]): Promise<number> => {
  const { rows } = await withSuperuser(stage, (client) =>
    client.query<{ count: number }>(
      `select min(count)::int as count from (
         select count(d.id) from unnest($1::uuid[]) as bad (id)
         left join auth.webhook_delivery d on d.endpoint_id = bad.id and d.status <> 'dead' group by bad.id
       ) kept`,
      [ids],
    ),
  );
  return rows[0]?.count ?? 0;
};

const play = async ({ isQuick, onProgress }: ScenarioOptions): Promise<Outcome> => {
  const seconds = isQuick ? 3 : 20;
  await using resources = new AsyncDisposableStack();
  const stage = resources.use(await setStage(onProgress));
  const instance = await stage.start({ settings: WEBHOOK_SETTINGS });
  const administrator = await Administrator.at(instance, stage);
  const [session] = await logInManyTimes(instance, EMAIL, 1);
  const cookie = session?.cookie ?? '';

  const healthy = resources.use(await openReceiver());
  await administrator.addWebhook(healthy.url, EVENTS);
  const before = await useFor(instance, cookie, seconds);
  const memoryBefore = await memoryOf(instance);

  const bad = [await administrator.addWebhook(`http://127.0.0.1:${await findFreePort()}/down`, EVENTS)];
  for (const answer of Object.values(BAD)) {
    const receiver = resources.use(await openReceiver(answer));
    bad.push(await administrator.addWebhook(receiver.url, EVENTS));
  }
  onProgress('five receivers have gone bad');
  const meanwhile = await useFor(instance, cookie, seconds);
  const growth = Math.max(0, (await memoryOf(instance)) - memoryBefore);

  const logins = before.logins + meanwhile.logins;
  const end = performance.now() + HEALTHY_SECONDS * 1000;
  while (healthy.arrived.size < logins && performance.now() < end) await sleep(LOGIN_EVERY_MS);
  const kept = await countKept(stage, bad);
  const [calm, p99] = [p99Of(before.tally), p99Of(meanwhile.tally)];
  const isSlower = p99 > calm * MAX_P99_RATIO && p99 > calm + NOISE_MS;
  return {
    seen: {
      'bad receivers': bad.length,
      'events meanwhile': meanwhile.logins,
      'waiting or arrived for each of them': kept,
      'of all events at the healthy one': healthy.arrived.size,
      'MB more memory': growth,
      'ms p99 of checks before': calm,
      'ms p99 meanwhile': p99,
    },
    violations: [
      ...unexpected(before.tally, [200]),
      ...unexpected(meanwhile.tally, [200]),
      ...(healthy.arrived.size < logins
        ? [`${logins - healthy.arrived.size} events did not reach the healthy receiver`]
        : []),
      ...(kept < meanwhile.logins ? [`${meanwhile.logins - kept} events for a bad receiver were lost`] : []),
      ...(growth > MAX_GROWTH_MB ? [`memory grew by ${growth} MB`] : []),
    ],
    late: isSlower ? [`checks took ${p99} ms instead of ${calm} (p99)`] : [],
  };
};

export const badReceivers: Scenario = {
  name: 'bad-receivers',
  about: 'receivers of webhooks are down, hang, answer 500, redirect inwards or answer a gigabyte',
  play,
};
