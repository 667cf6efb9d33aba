import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_INTROSPECTED, MAX_INTROSPECTED_BY_STRANGERS } from '@latchkey/contract';
import { expect, test } from 'vitest';
import { LIMITS, type Limit, type LimitName } from '../src/kernel/limits/limit-table.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/limits.md'), 'utf8');

/** What people call it. */
const OPERATIONS: Record<LimitName, string> = {
  login: 'log in',
  register: 'register',
  forgotPassword: 'forgotten password: ask for a mail',
  resendVerification: 'verification: ask for the mail again',
  redeem: 'redeem the link or the code of a mail',
  provePassword: 'change the password, confirm it: together',
  changeEmail: 'change the e-mail address',
  issueTokens: 'get tokens for a session',
  refreshTokens: 'refresh tokens',
  createAppToken: 'create an app token',
  exportMe: 'export all that is stored about me',
};

const DIMENSIONS: Record<string, string> = { pair: 'account and address', device: 'account and known device' };

const windowOf = (seconds: number): string => {
  if (seconds === 86_400) return 'a day';
  if (seconds === 3600) return 'an hour';
  return seconds % 3600 === 0 ? `in ${seconds / 3600} hours` : `in ${seconds / 60} minutes`;
};

const pointsOf = ({ points, seconds, lock }: Limit): string => {
  const locked =
    lock && `, then a lock: ${lock.firstSeconds / 60} minute, 2, 4, … up to ${lock.maxSeconds / 3600} hours`;
  return `${points} ${windowOf(seconds)}${locked ?? ''}`;
};

test('the page on limits has the numbers of the table, and all of them', () => {
  const rows = Object.entries<Record<string, Limit>>(LIMITS).flatMap(([name, limits]) =>
    Object.entries(limits).map(([dimension, limit], index) => {
      const operation = index === 0 ? OPERATIONS[name as LimitName] : '';
      const success = limit.isResetBySuccess === true ? 'yes' : '';
      return `| ${operation} | ${DIMENSIONS[dimension] ?? dimension} | ${pointsOf(limit)} | ${success} |`;
    }),
  );
  const [, rest = ''] = page.split('| operation | counted by | points | given back by success |\n|---|---|---|---|\n');
  expect(rest.slice(0, rest.indexOf('\n\n')).split('\n')).toEqual(rows);
  expect(page).toContain(`${MAX_INTROSPECTED_BY_STRANGERS} tokens at once; ${MAX_INTROSPECTED} from services`);
});
