import { AuthError, unavailable } from './auth-error.ts';

const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

/**
 * Classes 08 (connection), 53 (resources) and 57P (operator intervention), timeouts of statements and locks, and
 * what another transaction got in the way of: worth another try later.
 */
const AWAY_STATES = /^(08...|53...|57P..|57014|55P03|25P0[34]|40001|40P01)$/;

/** What the driver says without a code. */
const AWAY_MESSAGES =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

const isAway = (error: unknown): boolean => {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (AWAY_CODES.has(code) || AWAY_STATES.test(code) || AWAY_MESSAGES.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isAway)) return true;
  }
  return false;
};

/** A failure of the driver as UNAVAILABLE when PostgreSQL is down, restarting, full or too slow; any other as it is. */
export const translateDatabaseError = (error: unknown): unknown =>
  error instanceof AuthError || !isAway(error) ? error : unavailable(error);
