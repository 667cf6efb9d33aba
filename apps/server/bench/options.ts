import { parseArgs } from 'node:util';

/** What can be measured by itself. */
export const TOPICS = ['checks', 'logins', 'storm', 'scale', 'push', 'tokens'] as const;
export type Topic = (typeof TOPICS)[number];

/** What a run was asked for. */
export interface BenchOptions {
  topics: readonly Topic[];
  users: number;
  /** Of session checks. Many short ones: what disturbs the machine for a while then disturbs a few of them. */
  rounds: number;
  /** Of what takes longer. */
  loginRounds: number;
  /** Of each measurement of session checks. */
  checkSeconds: number;
  /** Of each measurement with logins: few come each second, so it needs more time. */
  loginSeconds: number;
  warmUpSeconds: number;
  /** Rows in the table of sessions where its size is the question. */
  sessions: number;
  /** How many of them memory is watched for. */
  memoryChecks: number;
  /** Where the report goes as Markdown, besides the terminal. */
  writeTo: string | null;
}

/** What somebody asked for in a wrong way. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Measures Latchkey on this machine against plain references: session checks, logins, checks
under a storm of logins, checks among a million sessions, how a revocation reaches open streams, and tokens.
Takes some twenty minutes.

  npx -y pnpm@12 bench [options]

  --only <topics>  some of: checks, logins, storm, scale, push, tokens (with commas between them)
  --quick          some seconds per target: shows that everything works, the numbers are rough
  --rounds <n>     how often each target has its turn (default 9); half as often where logins take part
  --seconds <n>    length of one measurement of session checks (default 1.5); logins take four times as long
  --users <n>      rows in the table of users, each with a session (default 1000, at least 128)
  --sessions <n>   rows in the table of sessions for scale (default 1000000, at least 10000), five to a user
  --checks <n>     how many checks memory is watched for in scale (default 1000000)
  --write <file>   write the report as Markdown as well, for example docs/benchmarks.md
  --help           this text

Needs nothing: it brings its own PostgreSQL, in a temporary folder, and takes all of it away at the end.
`;

const FLAGS = {
  only: { type: 'string', default: TOPICS.join() },
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  users: { type: 'string', default: '1000' },
  sessions: { type: 'string' },
  checks: { type: 'string' },
  write: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** As many as the widest measurement has connections: each connection has sessions of its own. */
const MIN_USERS = 128;

/** Below this there is nothing to see. */
const MIN_SESSIONS = 10_000;
const MIN_CHECKS = 1000;

/** @returns null when help was asked for @throws UsageError */
export const readOptions = (args: string[]): BenchOptions | null => {
  const { only, quick, rounds, seconds, users, sessions, checks, write, help } = parse(args);
  if (help) return null;
  const checkSeconds = positiveNumber('--seconds', seconds ?? (quick ? '1' : '1.5'));
  const repetitions = wholeNumber('--rounds', rounds ?? (quick ? '1' : '9'), 1);
  return {
    topics: topicsOf(only),
    users: wholeNumber('--users', users, MIN_USERS),
    rounds: repetitions,
    loginRounds: Math.ceil(repetitions / 2),
    checkSeconds,
    loginSeconds: checkSeconds * 4,
    warmUpSeconds: quick ? 1 : 2,
    sessions: wholeNumber('--sessions', sessions ?? (quick ? '50000' : '1000000'), MIN_SESSIONS),
    memoryChecks: wholeNumber('--checks', checks ?? (quick ? '30000' : '1000000'), MIN_CHECKS),
    writeTo: write ?? null,
  };
};

const parse = (args: string[]) => {
  try {
    return parseArgs({ args: args.filter((arg) => arg !== '--'), options: FLAGS, strict: true }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};

const topicsOf = (text: string): Topic[] => {
  const asked = text.split(',');
  const unknown = asked.find((topic) => !TOPICS.some((known) => known === topic));
  if (unknown !== undefined) throw new UsageError(`--only: "${unknown}" is none of ${TOPICS.join(', ')}.`);
  return TOPICS.filter((topic) => asked.includes(topic));
};

const wholeNumber = (flag: string, text: string, min: number): number => {
  if (!/^\d{1,8}$/.test(text) || Number(text) < min)
    throw new UsageError(`${flag}: Use a whole number from ${min} on.`);
  return Number(text);
};

const positiveNumber = (flag: string, text: string): number => {
  if (!/^\d{1,4}(\.\d+)?$/.test(text) || Number(text) < 0.5) throw new UsageError(`${flag}: Use a number from 0.5 on.`);
  return Number(text);
};
