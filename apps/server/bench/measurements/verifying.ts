import { createVerifier } from '@latchkey/client/verify';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { left, precise, ratioVerdict, right, type Section, whole } from '../report/section.ts';
import { issueTokens } from '../setup/issue-tokens.ts';
import type { TargetProcess } from '../setup/target-process.ts';
import type { Bench } from './measurement.ts';
import { compareRounds } from './statistics.ts';

/** The public address of a service that has not been told another one. */
const ISSUER = 'http://localhost:4000';

const AIM = 0.9;

/** How many verifications are under way at a time. */
const CONCURRENCY = [1, 32] as const;

type Verify = () => Promise<unknown>;

interface Rates {
  ours: number[];
  bare: number[];
}

/** What another service pays for the checks that a verifier does besides the signature. */
export const measureVerifying = async (bench: Bench): Promise<Section> => {
  await using target = await bench.start('latchkey-tokens.ts');
  const { ours, bare, close } = await prepare(target, bench);
  const rates = new Map<number, Rates>(CONCURRENCY.map((concurrency) => [concurrency, { ours: [], bare: [] }]));
  try {
    for (const verify of [ours, bare]) await rateOf(verify, 1, bench.options.warmUpSeconds);
    for (let round = 0; round < bench.options.rounds; round += 1) {
      await bench.foreignLoad.look(bench.signal);
      for (const [concurrency, kept] of rates) {
        const measure = (verify: Verify) => rateOf(verify, concurrency, bench.options.checkSeconds);
        // Nobody is always the one who comes first.
        if (round % 2 === 0) kept.ours.push(await measure(ours));
        kept.bare.push(await measure(bare));
        if (round % 2 === 1) kept.ours.push(await measure(ours));
        bench.onProgress(
          `Round ${round + 1}: ${concurrency} at a time: ${whole(kept.ours.at(-1) ?? 0)} and bare ${whole(kept.bare.at(-1) ?? 0)} per second`,
        );
      }
    }
  } finally {
    close();
  }
  return describe(rates);
};

/** Both have the keys at hand, look for the same claims, and are given the same token. */
const prepare = async ({ url }: TargetProcess, { cookies }: Bench) => {
  const [tokens] = await issueTokens(url, cookies.slice(0, 1));
  if (tokens === undefined) throw new Error('There is nobody to issue a token for');
  const { accessToken } = tokens;
  const jwksUrl = `${url}/.well-known/jwks.json`;
  const verifier = createVerifier({
    issuer: ISSUER,
    jwksUrl,
    denials: { url: `${url}/api/v1/auth/tokens/denials`, isRequired: true },
  });
  await verifier.ready;
  await verifier.verify(accessToken);

  const keys = createLocalJWKSet((await (await fetch(jwksUrl)).json()) as JSONWebKeySet);
  const key = await jwtVerify(accessToken, keys).then(({ key: found }) => found);
  const expected = { issuer: ISSUER, audience: 'latchkey', algorithms: ['RS256'], typ: 'at+jwt' };
  return {
    ours: () => verifier.verify(accessToken),
    bare: () => jwtVerify(accessToken, key, expected),
    close: () => verifier.close(),
  };
};

const rateOf = async (verify: Verify, concurrency: number, seconds: number): Promise<number> => {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const loop = async (): Promise<number> => {
    let count = 0;
    while (performance.now() < until) {
      await verify();
      count += 1;
    }
    return count;
  };
  const counts = await Promise.all(Array.from({ length: concurrency }, loop));
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - startedAt);
};

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const describe = (rates: Map<number, Rates>): Section => ({
  title: 'Verifying access tokens elsewhere',
  method:
    '`createVerifier()` with its feed of denials connected, against a bare `jwtVerify` of jose that is handed the key: ' +
    'the same token (RS256), the same claims, in one process, in turns.',
  table: {
    columns: [right('At a time'), left('Verifier'), right('Per second'), right('µs each')],
    rows: [...rates].flatMap(([concurrency, { ours, bare }]) => [
      [String(concurrency), '`createVerifier().verify`', whole(mean(ours)), precise(1e6 / mean(ours))],
      [String(concurrency), 'jose `jwtVerify`', whole(mean(bare)), precise(1e6 / mean(bare))],
    ]),
  },
  verdicts: [...rates].map(([concurrency, { ours, bare }]) =>
    ratioVerdict(`createVerifier ÷ jwtVerify, ${concurrency} at a time`, compareRounds(ours, bare), AIM),
  ),
  failures: [],
});
