const FIRST_SECONDS = 5;
const FACTOR = 4;
const LONGEST_SECONDS = 12 * 3600;

/** The first one and twelve more, the last of them some 68 hours later. */
export const MAX_ATTEMPTS = 13;

/** Seconds from a failed attempt to the next one: four times as long each time, up to half a day. */
export const backOffSeconds = (attempts: number): number =>
  Math.min(FIRST_SECONDS * FACTOR ** (attempts - 1), LONGEST_SECONDS);

/** As long as the receiver asks for (RFC 9110 §10.2.3), but neither sooner than planned nor later than half a day. */
export const retryInSeconds = (attempts: number, retryAfterSeconds: number | null): number =>
  Math.max(backOffSeconds(attempts), Math.min(retryAfterSeconds ?? 0, LONGEST_SECONDS));
