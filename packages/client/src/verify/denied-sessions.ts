import type { TokenDenials } from '@latchkey/contract';
import type { Clock } from '../clock.ts';

/** Kept longer than the tokens, for clocks that differ. */
const MARGIN_MS = 60_000;

const SWEEP_INTERVAL_MS = 60_000;

interface Denial {
  until: number;
  /** What goes back to an earlier proof of the password is denied; in seconds, as tokens have it. */
  provedBefore: number;
}

/** The sessions whose access tokens hold no longer; each is forgotten when its last token has expired. */
export class DeniedSessions {
  readonly #clock: Clock;
  readonly #denied = new Map<string, Denial>();
  #sweptAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#denied.size;
  }

  /** @param provedAt `auth_time` of the token: by the same clock as what it is compared with, whoever issued it */
  includes(sessionId: string, provedAt: number): boolean {
    return provedAt < (this.#denied.get(sessionId)?.provedBefore ?? 0);
  }

  /** In any order: an older page of the list may come after what has happened since, and nothing is taken back. */
  add({ items }: TokenDenials): void {
    for (const { sessionId, expiresAt, issuedBefore } of items) {
      const known = this.#denied.get(sessionId);
      const provedBefore =
        issuedBefore == null ? Number.POSITIVE_INFINITY : Math.floor(Date.parse(issuedBefore) / 1000);
      this.#denied.set(sessionId, {
        until: Math.max(Date.parse(expiresAt) + MARGIN_MS, known?.until ?? 0),
        provedBefore: Math.max(provedBefore, known?.provedBefore ?? 0),
      });
    }
    this.#sweep();
  }

  #sweep(): void {
    const now = this.#clock.now().getTime();
    if (Math.abs(now - this.#sweptAt) < SWEEP_INTERVAL_MS) return;
    this.#sweptAt = now;
    for (const [sessionId, { until }] of this.#denied) if (until <= now) this.#denied.delete(sessionId);
  }
}
