/** Where people go when nobody says otherwise. */
const HOME = '/sessions';

/** A slash, and no second one: browsers read `//host` and `/\host` as another site. */
const STARTS_LIKE_A_PATH = /^\/(?![/\\])/;

/**
 * The page to go to after login, taken from a query parameter that anybody can write (CWE-601, open redirect).
 * What a URL parser makes of it decides, for it drops tabs and line breaks and folds `/.//host` into `//host`.
 */
export const safeNext = (next: string | null, origin: string): string => {
  if (next === null || !STARTS_LIKE_A_PATH.test(next) || !URL.canParse(next, origin)) return HOME;
  const url = new URL(next, origin);
  const path = `${url.pathname}${url.search}${url.hash}`;
  return url.origin === origin && STARTS_LIKE_A_PATH.test(path) ? path : HOME;
};
