import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitCounter, LimitStore } from '../kernel/limits/limit-store.ts';
import type { RedisLink } from './redis-link.ts';

const isRefusal = (error: unknown): boolean => error instanceof RateLimiterRes;

/**
 * Counts in Redis, and in another store while Redis is away: limits hold either way. Each of the two keeps its own
 * counts, so that at a change to the other one a window begins anew.
 */
export class RedisLimitStore implements LimitStore {
  readonly #link: RedisLink;
  readonly #fallback: LimitStore;

  constructor(link: RedisLink, fallback: LimitStore) {
    this.#link = link;
    this.#fallback = fallback;
  }

  createCounter(options: Parameters<LimitStore['createCounter']>[0]): LimitCounter {
    const link = this.#link;
    const here = new RateLimiterRedis({
      ...options,
      keyPrefix: `auth:limit:${options.keyPrefix}`,
      storeClient: link.client,
      rejectIfRedisNotReady: true,
    });
    const there = this.#fallback.createCounter(options);
    const count = async <T>(work: (counter: LimitCounter) => Promise<T>): Promise<T> => {
      try {
        return await link.use(() => work(here), isRefusal);
      } catch (error) {
        if (isRefusal(error)) throw error;
        return work(there);
      }
    };
    return {
      consume: (...given) => count((counter) => counter.consume(...given)),
      reward: (...given) => count((counter) => counter.reward(...given)),
      penalty: (...given) => count((counter) => counter.penalty(...given)),
      block: (...given) => count((counter) => counter.block(...given)),
      delete: (...given) => count((counter) => counter.delete(...given)),
    };
  }

  close(): Promise<void> {
    return this.#fallback.close();
  }
}
