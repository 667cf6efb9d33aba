import { parseArgs } from 'node:util';
import type { Outcome, Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';

const HELP = `Lets bad things happen to Latchkey and to what it stands on, and shows what came of it. Each scenario brings
its own PostgreSQL. All of them take some six minutes.

  npx -y pnpm@12 chaos [options]

  --only <name>    this scenario; may be given several times
  --quick          short and small: shows that everything works
  --json           print the outcomes as JSON
  --help           this text

${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(17)}${about}`).join('\n')}

Exit code 1 when something happened that must never happen (a revoked session accepted, one that holds refused, an
answer out of contract, an instance that ended), or when a promise of time was not kept on this machine.
`;

type Played = Outcome & { scenario: string };

const verdictOf = ({ violations, late }: Outcome): string =>
  violations.length > 0 ? 'BROKEN' : late.length > 0 ? 'late' : 'held';

/** In Markdown, to be read as it is and to be pasted into a page. */
const toTable = (played: Played[]): string => {
  const rows = played.map((outcome) => {
    const seen = Object.entries(outcome.seen).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
    return `| ${outcome.scenario} | ${verdictOf(outcome)} | ${seen.join(', ')} |`;
  });
  return ['| scenario | promises | seen |', '| --- | --- | --- |', ...rows].join('\n');
};

const choose = (names: string[]): Scenario[] => {
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(', ')}. --help lists them.`);
  return names.length === 0 ? SCENARIOS : SCENARIOS.filter(({ name }) => names.includes(name));
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const played: Played[] = [];
  for (const { name, play } of choose(values.only)) {
    say(`  ${name}`);
    const outcome = await play({ isQuick: values.quick, onProgress: (message) => say(`    ${message}`) });
    played.push({ scenario: name, ...outcome });
  }
  process.stdout.write(`${values.json ? JSON.stringify(played, null, 2) : toTable(played)}\n`);
  for (const { scenario, violations, late } of played) {
    for (const violation of violations) say(`${scenario}: ${violation}`);
    for (const slowness of late) say(`${scenario}: later than promised, on this machine: ${slowness}`);
  }
  return played.every((outcome) => verdictOf(outcome) === 'held') ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
