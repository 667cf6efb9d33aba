import type { IRateLimiterOptions, RateLimiterAbstract } from 'rate-limiter-flexible';

/** Counts for one limit: rejects with a `RateLimiterRes` beyond its points, with an `Error` when it cannot count. */
export type LimitCounter = Pick<RateLimiterAbstract, 'consume' | 'reward' | 'penalty' | 'block' | 'delete'>;

/** Where counts are kept, so that all instances share them and a restart does not forget them. */
export interface LimitStore {
  /** `keyPrefix` sets the limit apart from all others, `points` may be consumed within `duration` seconds. */
  createCounter(options: Required<Pick<IRateLimiterOptions, 'keyPrefix' | 'points' | 'duration'>>): LimitCounter;
  close(): Promise<void>;
}
