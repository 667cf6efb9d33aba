import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Account } from '../account.ts';
import type { Instance } from '../instance.ts';
import type { Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { openSinks, type Sink } from '../sinks.ts';
import { type Stage, setStage } from '../stage.ts';

const ACCOUNTS = 10;
const AWAY_MS = 20;
const DELIVERY_SECONDS = 30;

/** Up to so long after its turn has come, so that the kill hits anything. */
const MAX_DELAY_MS = 30;

interface Drama {
  stage: Stage;
  accounts: Account[];
  changes: number;
  kills: number;
  start(): Promise<Instance>;
  onProgress(message: string): void;
}

/** Changes things from all accounts while the server is killed again and again; answers what broke. */
const killAndCompare = async (drama: Drama, first: Instance): Promise<string[]> => {
  const { accounts, changes, kills, onProgress } = drama;
  const problems: string[] = [];
  const state = { killed: 0, instance: first, isOver: false };
  const done = () => accounts.reduce((sum, account) => sum + account.changes, 0);

  const work = async (account: Account) => {
    let seenKills = 0;
    while (!state.isOver) {
      const isAnswered = await account.change();
      if (!isAnswered) await untilServed(first.url);
      if (state.killed > seenKills) {
        seenKills = state.killed;
        problems.push(...(await account.verify()));
      }
    }
  };
  const working = accounts.map(work);
  while (state.killed < kills) {
    while (done() < (changes / kills) * (state.killed + 1)) await sleep(1);
    await sleep(randomInt(MAX_DELAY_MS));
    state.instance.process.child.kill('SIGKILL');
    await state.instance.process.ended();
    state.killed += 1;
    onProgress(`killed ${state.killed} of ${kills} times, ${done()} changes`);
    state.instance = await drama.start();
  }
  state.isOver = true;
  await Promise.all(working);
  for (const account of accounts) problems.push(...(await account.verify()));
  return problems;
};

const untilServed = async (url: string): Promise<void> => {
  while ((await fetch(`${url}/health`).catch(() => null)) === null) await sleep(AWAY_MS);
};

/** Every event that was committed has to arrive, and no other. */
const compareDeliveries = async ({ superuserUrl, databaseUrl }: Stage, sinks: Sink[]) => {
  const { pathname } = new URL(databaseUrl);
  const client = new Client({ connectionString: Object.assign(new URL(superuserUrl), { pathname }).href });
  await client.connect();
  const { rows } = await client.query<{ id: string }>('select id from auth.event');
  await client.end();
  const committed = new Set(rows.map(({ id }) => id));
  const missingAt = (sink: Sink) => rows.filter(({ id }) => !sink.arrived.has(id)).length;
  const problems: string[] = [];
  for (const sink of sinks) {
    const end = performance.now() + DELIVERY_SECONDS * 1000;
    while (missingAt(sink) > 0 && performance.now() < end) await sleep(AWAY_MS);
    const [missing, strange] = [missingAt(sink), [...sink.arrived].filter((id) => !committed.has(id)).length];
    if (missing > 0) problems.push(`${missing} events did not arrive at ${sink.name}`);
    if (strange > 0) problems.push(`${strange} events arrived at ${sink.name} that were never committed`);
  }
  return { events: committed.size, problems };
};

const play = async ({ isQuick, onProgress }: ScenarioOptions): Promise<Outcome> => {
  const [changes, kills] = isQuick ? [150, 3] : [1000, 20];
  await using resources = new AsyncDisposableStack();
  const stage = resources.use(await setStage(onProgress));
  const sinks = await openSinks();
  for (const sink of sinks) resources.use(sink);
  const settings = Object.assign({}, ...sinks.map((sink) => sink.settings));
  const first = await stage.start({ settings });
  for (const sink of sinks) await sink.subscribe(first);

  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => new Account(first.url, `user-${index}@example.com`));
  for (const account of accounts) await account.register();
  const start = () => stage.start({ settings, port: first.port });
  const broken = await killAndCompare({ stage, accounts, changes, kills, start, onProgress }, first);
  const { events, problems } = await compareDeliveries(stage, sinks);
  return {
    seen: {
      kills,
      'state changes answered': accounts.reduce((sum, account) => sum + account.changes, 0),
      'cookies compared': accounts.reduce((sum, account) => sum + account.cookies, 0),
      'promises broken': broken.length,
      'events committed': events,
    },
    violations: [...new Set([...broken, ...problems])],
    late: [],
  };
};

export const serverKilled: Scenario = {
  name: 'server-killed',
  about: 'the server is killed (SIGKILL) 20 times during 1,000 changes of state',
  play,
};
