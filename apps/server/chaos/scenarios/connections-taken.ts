import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Instance, type LoggedIn, logInManyTimes, PASSWORD } from '../instance.ts';
import { Load, percentile, unexpected } from '../load.ts';
import type { Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { type Stage, setStage } from '../stage.ts';

const EMAIL = 'ada@example.com';
const GIVE_UP_MS = 10_000;
const PROMISED_WAIT_MS = 3000;
const BETWEEN_ATTEMPTS_MS = 20;
const GRABBERS = 4;
const LOOKS = 5;

const END_POOLS = `
  select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('latchkey', 'latchkey-limits')`;

/** What the service held in its pools is ended, and somebody else is faster each time. */
const takeAll = async ({ databaseUrl, superuserUrl }: Stage) => {
  const taken: Client[] = [];
  const state = { isOver: false, refused: 0 };
  const grab = async () => {
    while (!state.isOver) {
      const client = new Client({ connectionString: databaseUrl, application_name: 'another client' });
      client.on('error', () => {});
      const hasConnected = await client.connect().then(
        () => true,
        () => false,
      );
      if (hasConnected) taken.push(client);
      else {
        state.refused += 1;
        await sleep(BETWEEN_ATTEMPTS_MS);
      }
    }
  };
  const grabbing = Array.from({ length: GRABBERS }, grab);
  const untilNothingIsFree = async () => {
    const enough = state.refused + 2 * GRABBERS;
    while (state.refused < enough) await sleep(BETWEEN_ATTEMPTS_MS);
  };
  await untilNothingIsFree();
  const superuser = new Client({ connectionString: superuserUrl });
  await superuser.connect();
  // Whoever is faster gets what becomes free: until the service has nothing. One that just connects has no name yet,
  // so that it takes more than one look.
  for (let looks = 0; looks < LOOKS; ) {
    const { rowCount } = await superuser.query(END_POOLS);
    looks = rowCount === 0 ? looks + 1 : 0;
    await untilNothingIsFree();
  }
  await superuser.end();
  return {
    count: () => taken.length,
    giveBack: async () => {
      state.isOver = true;
      await Promise.all(grabbing);
      await Promise.all(taken.map((client) => client.end()));
    },
  };
};

const asking = (instance: Instance, { cookie }: LoggedIn) => {
  const get = (path: string) => () =>
    fetch(`${instance.url}${path}`, { headers: { cookie }, signal: AbortSignal.timeout(GIVE_UP_MS) });
  const logIn = () =>
    fetch(`${instance.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
  return { check: get('/api/v1/auth/session'), list: get('/api/v1/auth/sessions'), ready: get('/ready'), logIn };
};

const play = async ({ isQuick, onProgress }: ScenarioOptions): Promise<Outcome> => {
  await using stage = await setStage(onProgress);
  const instance = await stage.start();
  const [session] = await logInManyTimes(instance, EMAIL, 1);
  if (session === undefined) throw new Error('Nobody is logged in');
  const ask = asking(instance, session);
  await ask.ready();

  const other = await takeAll(stage);
  const checks = new Load({ workers: 8, ask: ask.check });
  const probes = new Load({ workers: 1, ask: ask.ready });
  const lists = new Load({ workers: 4, ask: ask.list });
  const logins = new Load({ workers: 2, ask: ask.logIn });
  await sleep(isQuick ? 3000 : 15_000);
  const [checked, probed, listed, tried] = [
    await checks.end(),
    await probes.end(),
    await lists.end(),
    await logins.end(),
  ];
  const count = other.count();
  await other.giveBack();
  const givenBackAt = performance.now();
  while ((await ask.list()).status !== 200) await sleep(BETWEEN_ATTEMPTS_MS);
  const recoveredMs = Math.round(performance.now() - givenBackAt);

  const others = [...listed.durationsMs, ...tried.durationsMs];
  const longest = Math.round(Math.max(...others));
  return {
    seen: {
      'connections taken': count,
      'checks answered': checked.durationsMs.length,
      'ms p99 of checks': percentile(checked.durationsMs, 0.99),
      'other requests answered 503': others.length,
      'ms longest wait for a 503': longest,
      'ms until normal again': recoveredMs,
    },
    violations: [
      ...unexpected(checked, [200]).map((what) => `checks: ${what}`),
      ...unexpected(probed, [200]).map((what) => `readiness: ${what}`),
      ...unexpected(listed, [503]).map((what) => `lists: ${what}`),
      ...unexpected(tried, [503]).map((what) => `logins: ${what}`),
    ],
    late: longest > PROMISED_WAIT_MS ? [`a 503 took ${longest} ms`] : [],
  };
};

export const connectionsTaken: Scenario = {
  name: 'connections-taken',
  about: 'another client takes every connection that PostgreSQL gives',
  play,
};
