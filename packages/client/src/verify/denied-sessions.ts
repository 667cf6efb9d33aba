import type { TokenDenials } from '@latchkey/contract';
import type { Clock } from '../clock.ts';

/** Kept longer than the tokens, for clocks that differ. */
const MARGIN_MS = 60_000;

const SWEEP_INTERVAL_MS = 60_000;

/** The sessions whose access tokens hold no longer; each is forgotten when its last token has expired. */
export class DeniedSessions {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();
  #sweptAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#until.size;
  }

  has(sessionId: string): boolean {
    return this.#until.has(sessionId);
  }

  add({ items }: TokenDenials): void {
    for (const { sessionId, expiresAt } of items) this.#until.set(sessionId, Date.parse(expiresAt) + MARGIN_MS);
    this.#sweep();
  }

  #sweep(): void {
    const now = this.#clock.now().getTime();
    if (Math.abs(now - this.#sweptAt) < SWEEP_INTERVAL_MS) return;
    this.#sweptAt = now;
    for (const [sessionId, until] of this.#until) if (until <= now) this.#until.delete(sessionId);
  }
}
