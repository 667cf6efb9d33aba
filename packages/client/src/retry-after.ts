import type { Clock } from './clock.ts';

/** How long an answer asks to wait, in seconds or until an instant (RFC 9110 §10.2.3); null when it does not. */
export const retryAfterMs = (response: Response, clock: Clock): number | null => {
  const said = response.headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(said)) return Number(said) * 1000;
  const instant = Date.parse(said);
  return Number.isNaN(instant) ? null : Math.max(0, instant - clock.now().getTime());
};
