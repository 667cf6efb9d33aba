import type { TokenDenials } from '@latchkey/contract';
import type { Clock } from '../clock.ts';

/** Kept longer than the tokens, for clocks that differ. */
const MARGIN_MS = 60_000;

const SWEEP_INTERVAL_MS = 60_000;

interface Denial {
  until: number;
  /** In seconds, as tokens have it. */
  issuedBefore: number;
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

  /** @param issuedAt when the token was issued, in seconds */
  includes(sessionId: string, issuedAt: number): boolean {
    return issuedAt < (this.#denied.get(sessionId)?.issuedBefore ?? 0);
  }

  add({ items }: TokenDenials): void {
    for (const { sessionId, expiresAt, issuedBefore } of items) {
      this.#denied.set(sessionId, {
        until: Date.parse(expiresAt) + MARGIN_MS,
        issuedBefore: issuedBefore == null ? Number.POSITIVE_INFINITY : Math.floor(Date.parse(issuedBefore) / 1000),
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
