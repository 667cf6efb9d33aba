import { parseArgs } from 'node:util';
import { type Outcome, runChaos } from './run-chaos.ts';

const HELP = `Breaks the PostgreSQL under two instances of Latchkey while sessions are revoked at one of them and
checked at the other, and shows what came of it. Takes a minute or two.

  npx -y pnpm@12 chaos [options]

  --quick          short faults: shows that everything works
  --json           print the outcomes as JSON
  --help           this text

Exit code 1 when something happened that must not: a revoked session accepted, one that holds refused, an
answer out of contract, a stream that was not told, an instance that ended.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const PROMISED_WAIT_MS = 3000;
const PROMISED_RECOVERY_MS = 5000;

const toRow = (outcome: Outcome) => ({
  fault: outcome.fault,
  checks: outcome.checks,
  revoked: outcome.revoked,
  'accepted after revocation': outcome.acceptedAfterRevocation,
  'falsely refused': outcome.falselyRefused,
  'answered 503': outcome.unavailable,
  'longest wait (ms)': Math.round(outcome.longestWaitMs),
  'recovered after (ms)': Math.round(outcome.recoveredAfterMs),
  'silent streams': outcome.silentStreams,
});

const main = async (): Promise<number> => {
  const outcomes = await runChaos({
    faultSeconds: values.quick ? 3 : 10,
    afterSeconds: values.quick ? 4 : 8,
    onProgress: (message) => void process.stderr.write(`  ${message}\n`),
  });
  if (values.json) process.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
  // biome-ignore lint/suspicious/noConsole: the one table that Node draws by itself
  else console.table(outcomes.map(toRow));
  for (const { fault, longestWaitMs, recoveredAfterMs } of outcomes) {
    if (longestWaitMs > PROMISED_WAIT_MS || recoveredAfterMs > PROMISED_RECOVERY_MS) {
      process.stderr.write(`${fault}: slower than promised, on this machine\n`);
    }
  }
  for (const { fault, violations } of outcomes) {
    for (const violation of violations) process.stderr.write(`${fault}: ${violation}\n`);
  }
  return outcomes.some(({ violations }) => violations.length > 0) ? 1 : 0;
};

if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();
