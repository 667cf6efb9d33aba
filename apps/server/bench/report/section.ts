import type { RatioSummary } from '../measurements/statistics.ts';

export interface Table {
  columns: { title: string; align: 'left' | 'right' }[];
  rows: string[][];
}

/** A promise about a number, and what became of it. */
export interface Verdict {
  what: string;
  measured: string;
  /** How much the rounds differed, where that can be told. */
  rounds: string;
  aim: string;
  /** Null: told for orientation, nothing was promised. */
  isMet: boolean | null;
}

/** One chapter of the report. */
export interface Section {
  title: string;
  /** How it was measured. */
  method: string;
  table: Table;
  verdicts: Verdict[];
  /** What broke: these numbers are not to be believed. */
  failures: string[];
}

/** The verdict on a ratio that should be high. */
export const ratioVerdict = (what: string, { median, lowest, highest }: RatioSummary, aim: number | null): Verdict => ({
  what,
  measured: median.toFixed(2),
  rounds: `${lowest.toFixed(2)} – ${highest.toFixed(2)}`,
  aim: aim === null ? '–' : `≥ ${aim.toFixed(2)}`,
  isMet: aim === null ? null : median >= aim,
});

/** The verdict on a ratio that should be low. */
export const limitVerdict = (
  what: string,
  { median, lowest, highest }: RatioSummary,
  limit: number | null,
): Verdict => ({
  what,
  measured: median.toFixed(2),
  rounds: `${lowest.toFixed(2)} – ${highest.toFixed(2)}`,
  aim: limit === null ? '–' : `≤ ${limit.toFixed(2)}`,
  isMet: limit === null ? null : median <= limit,
});

export const left = (title: string): Table['columns'][number] => ({ title, align: 'left' });

export const right = (title: string): Table['columns'][number] => ({ title, align: 'right' });

/** A whole number, with thousands set apart. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** A number that not every machine tells. */
export const wholeOrNone = (value: number | null): string => (value === null ? '–' : whole(value));

/** Three digits that matter. */
export const precise = (value: number): string => (value >= 100 ? whole(value) : value.toPrecision(3));
