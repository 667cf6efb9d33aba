/** More often than so nobody wants to read the same. */
const EVERY_MS = 60_000;

/**
 * Lets something be said once a minute, however often there is reason to.
 * @example
 * const remind = rarely();
 * remind(() => logger.warn({}, 'Redis is away'));
 */
export const rarely = () => {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (say: () => void): void => {
    if (performance.now() - saidAt < EVERY_MS) return;
    saidAt = performance.now();
    say();
  };
};
