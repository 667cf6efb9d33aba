import type { BenchOptions } from '../options.ts';
import type { MachineFacts } from '../setup/machine-facts.ts';
import { left, right, type Section, type Table, type Verdict } from './section.ts';

/** All that a run has to tell. */
export interface Report {
  facts: MachineFacts;
  options: BenchOptions;
  at: Date;
  /** How much of the processors other programs took, from 0 to 1. */
  foreignLoad: number;
  sections: Section[];
}

/** Above this, the other load makes the numbers rough. */
const ROUGH_FROM = 0.05;

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** What a reader has to know about all numbers. */
export const preambleOf = ({ facts, options, at, foreignLoad }: Report): string[] => [
  `${at.toISOString().slice(0, 10)}, ${facts.processor}, ${facts.cores} cores, ${facts.memoryGb} GB, ${facts.platform}, ` +
    `Node ${facts.node}, PostgreSQL ${facts.postgres} with ${facts.sharedBuffers} of shared buffers.`,
  `${options.users.toLocaleString('en-US')} users with a session each. Each target runs in a process of its own and has its turn ` +
    `${times(options.rounds)}, one after the other, for ${options.checkSeconds} s; where logins take part, ${times(options.loginRounds)} for ${options.loginSeconds} s. ` +
    'Ratios are compared round by round; the middle one counts.',
  'The load generator (autocannon), the server and PostgreSQL share this machine, which costs every target alike. All traffic stays on 127.0.0.1.',
  `Other load, looked at in the breaks: ${Math.round(foreignLoad * 100)} % of the processors` +
    `${foreignLoad > ROUGH_FROM ? '. The numbers are rough, and those of CPU per request the most reliable.' : '.'}`,
  'Latchkey runs as in production: `NODE_ENV=production`, every middleware, JSON log at level `info` (thrown away), every check asked of the database. ' +
    'Its rate limits count as always and are set out of reach. PostgreSQL does not wait for the disk (`fsync=off`), for all targets alike.',
];

export const verdictTable = (verdicts: Verdict[]): Table => ({
  columns: [left('Aim'), right('Measured'), right('Rounds'), right('Wanted'), left('')],
  rows: verdicts.map(({ what, measured, rounds, aim, isMet }) => [
    what,
    measured,
    rounds,
    aim,
    isMet === null ? '' : isMet ? 'pass' : 'MISS',
  ]),
});

/** How many promises were kept. */
export const conclusionOf = ({ sections }: Report): string => {
  const promised = sections.flatMap(({ verdicts }) => verdicts).filter(({ isMet }) => isMet !== null);
  const kept = promised.filter(({ isMet }) => isMet);
  return `${kept.length} of ${promised.length} aims met.`;
};
