import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Account } from '../account.ts';
import type { Instance } from '../instance.ts';
import type { Outcome, Scenario, ScenarioOptions } from '../scenario.ts';
import { openSinks, type Sink } from '../sinks.ts';
import { type Stage, setStage, withSuperuser } from '../stage.ts';

const ACCOUNTS = 10;
const AWAY_MS = 20;
/** What was being sent at a kill is sent again when its lease is over. */
const DELIVERY_SECONDS = 120;

const PREFIX = 'user-';

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

/** Every event about the accounts that was committed has to arrive, and none that was not. */
const compareDeliveries = async (stage: Stage, sinks: Sink[]) => {
  const idsOf = async (sql: string) =>
    (await withSuperuser(stage, (client) => client.query<{ id: string }>(sql))).rows.map(({ id }) => id);
  const due = await idsOf(
    `select e.id from auth.event e join auth."user" u on u.id = e.user_id where u.email like '${PREFIX}%'`,
  );
  const committed = new Set(await idsOf('select id from auth.event'));
  const missingAt = (sink: Sink) => {
    const arrived = sink.arrived();
    return due.filter((id) => !arrived.has(id)).length;
  };
  const problems: string[] = [];
  for (const sink of sinks) {
    const end = performance.now() + DELIVERY_SECONDS * 1000;
    while (missingAt(sink) > 0 && performance.now() < end) await sleep(AWAY_MS);
    const [missing, strange] = [missingAt(sink), [...sink.arrived()].filter((id) => !committed.has(id)).length];
    if (missing > 0) problems.push(`${missing} events did not arrive at ${sink.name}`);
    if (strange > 0) problems.push(`${strange} events arrived at ${sink.name} that were never committed`);
  }
  return { events: due.length, problems };
};

const play = async ({ isQuick, onProgress }: ScenarioOptions): Promise<Outcome> => {
  const [changes, kills] = isQuick ? [150, 3] : [1000, 20];
  await using resources = new AsyncDisposableStack();
  const stage = resources.use(await setStage(onProgress));
  const sinks = await openSinks();
  for (const sink of sinks) resources.use(sink);
  const settings = Object.assign({}, ...sinks.map((sink) => sink.settings));
  const first = await stage.start({ settings });
  for (const sink of sinks) await sink.subscribe(first, stage);

  const accounts = Array.from(
    { length: ACCOUNTS },
    (_, index) => new Account(first.url, `${PREFIX}${index}@example.com`),
  );
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
      'places that all of them reached': problems.length === 0 ? sinks.length : 0,
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
