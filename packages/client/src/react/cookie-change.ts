import { hasLocks } from '../follow-session.ts';

const LOCK = 'latchkey cookie';

/**
 * Runs a call whose answer brings another session cookie, or takes it away. The stream of changes may hear of it
 * before that answer is here: all tabs of the browser wait with their questions until it is.
 */
export const whileCookieChanges = <Result>(call: () => Promise<Result>): Promise<Result> =>
  hasLocks() ? navigator.locks.request(LOCK, call) : call();

/** Runs `call` as soon as no tab waits for another cookie. */
export const afterCookieChange = <Result>(call: () => Promise<Result>): Promise<Result> =>
  hasLocks() ? navigator.locks.request(LOCK, { mode: 'shared' }, call) : call();
