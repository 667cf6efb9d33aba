import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import bcrypt from 'bcrypt';

// On Linux a priority belongs to a thread: hashing gives way to the event loop when processors are short.
// Elsewhere it would slow the whole process.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

export interface HashTask {
  input: string;
  cost: number;
}

export interface VerifyTask {
  input: string;
  bcrypt: string;
}

export interface GuessTask {
  password: string;
  personal: string[];
}

export const hash = ({ input, cost }: HashTask): string => bcrypt.hashSync(input, cost);

export const verify = ({ input, bcrypt: stored }: VerifyTask): boolean => bcrypt.compareSync(input, stored);

/** Scores 0 and 1 of zxcvbn: fewer than a million guesses. */
const GUESSABLE_SCORE = 1;

/** Longer passwords are judged by their beginning: the time of the analysis grows faster than the length. */
const JUDGED_LENGTH = 32;

const loadEstimator = async (): Promise<ZxcvbnFactory> => {
  const [common, english] = await Promise.all([import('@zxcvbn-ts/language-common'), import('@zxcvbn-ts/language-en')]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  });
};

// The dictionaries weigh some 60 MB, so a thread reads them when it first needs them.
const estimator: { loading?: Promise<ZxcvbnFactory> } = {};

export const isGuessable = async ({ password, personal }: GuessTask): Promise<boolean> => {
  estimator.loading ??= loadEstimator();
  const { score } = (await estimator.loading).check(password.slice(0, JUDGED_LENGTH), personal);
  return score <= GUESSABLE_SCORE;
};

// Tells the pool that this thread has loaded.
parentPort?.postMessage('loaded');
