import { left, ratioVerdict, right, type Section, whole } from '../report/section.ts';
import { issueTokens } from '../setup/issue-tokens.ts';
import type { Bench } from './measurement.ts';
import { compareRounds } from './statistics.ts';

const CHAINS = 32;

/** Somebody who refreshes again and again, each time with the token that the last answer brought. */
interface Chain {
  refreshToken: string;
}

/** How many refreshes a service takes, next to the least that each of them has to write. */
export const measureRefreshes = async (bench: Bench): Promise<Section> => {
  await using latchkey = await bench.start('latchkey-tokens.ts');
  await using bare = await bench.start('bare-update.ts');
  const chains: Chain[] = await issueTokens(latchkey.url, bench.cookies.slice(0, CHAINS));
  const rows: Chain[] = bench.seed.users.slice(0, CHAINS).map(({ sessionToken }) => ({ refreshToken: sessionToken }));
  const failures: string[] = [];
  const measure = (url: string, list: Chain[], seconds: number) => run({ url, chains: list, seconds, failures });
  const refresh = (seconds: number) => measure(`${latchkey.url}/api/v1/auth/refresh`, chains, seconds);
  const update = (seconds: number) => measure(bare.url, rows, seconds);

  const rates: { refreshes: number[]; updates: number[] } = { refreshes: [], updates: [] };
  for (const warmUp of [refresh, update]) await warmUp(bench.options.warmUpSeconds);
  for (let round = 0; round < bench.options.rounds; round += 1) {
    await bench.foreignLoad.look(bench.signal);
    if (round % 2 === 0) rates.refreshes.push(await refresh(bench.options.checkSeconds));
    rates.updates.push(await update(bench.options.checkSeconds));
    if (round % 2 === 1) rates.refreshes.push(await refresh(bench.options.checkSeconds));
    const [refreshed = 0, updated = 0] = [rates.refreshes.at(-1), rates.updates.at(-1)];
    bench.onProgress(`Round ${round + 1}: ${whole(refreshed)} refreshes, ${whole(updated)} bare updates per second`);
  }
  return describe(rates, failures);
};

interface Run {
  url: string;
  chains: Chain[];
  seconds: number;
  failures: string[];
}

/** @returns how many answers a second came, all of them good ones */
const run = async ({ url, chains, seconds, failures }: Run): Promise<number> => {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const follow = async (chain: Chain): Promise<number> => {
    for (let count = 0; ; count += 1) {
      if (performance.now() >= until) return count;
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken: chain.refreshToken }),
      });
      if (answer.status !== 200) {
        failures.push(`A refresh was answered with ${answer.status}`);
        return count;
      }
      const { refreshToken } = (await answer.json()) as Chain;
      chain.refreshToken = refreshToken;
    }
  };
  const counts = await Promise.all(chains.map(follow));
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - startedAt);
};

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const describe = ({ refreshes, updates }: { refreshes: number[]; updates: number[] }, failures: string[]): Section => ({
  title: 'Refreshes',
  method:
    `${CHAINS} clients that refresh one after the other, each with the token that it was given last. Next to it the least ` +
    'that this takes: `node:http` and one prepared `UPDATE … RETURNING` per request. A refresh also inserts the next ' +
    'token, asks for the session and signs.',
  table: {
    columns: [left('Target'), right('Per second')],
    rows: [
      ['Latchkey POST /api/v1/auth/refresh', whole(mean(refreshes))],
      ['node:http, one update', whole(mean(updates))],
    ],
  },
  verdicts: [ratioVerdict('Refreshes ÷ bare updates', compareRounds(refreshes, updates), null)],
  failures,
});
