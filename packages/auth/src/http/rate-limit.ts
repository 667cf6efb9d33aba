import type { Request, Response } from 'express';
import {
  type AugmentedRequest,
  type ClientRateLimitInfo,
  type Options,
  rateLimit,
  type Store,
} from 'express-rate-limit';
import { toAddress } from '../kernel/address.ts';
import { AuthError } from '../kernel/auth-error.ts';
import type { Kernel } from '../kernel/module.ts';
import type { AddressOf, Step } from './door.ts';

const WINDOW_MS = 60_000;
const REQUESTS_PER_WINDOW = 1000;
const MAX_CLIENTS = 50_000;
const OVERFLOW_BUCKETS = 1024;

/** By what a request is counted. */
const NETWORK = Symbol('latchkey.network');

interface Counted {
  [NETWORK]?: string;
}

/**
 * The coarse outer limit: requests per address and minute, whatever they ask. IPv6 counts by /64, which is what
 * one customer gets. Limits of single operations hang on their procedures.
 */
export const outerRateLimit = (
  { config, limits, metrics }: Pick<Kernel, 'config' | 'limits' | 'metrics'>,
  addressOf: AddressOf,
): Step => {
  const limit = rateLimit({
    windowMs: WINDOW_MS,
    limit: Math.max(1, Math.round(REQUESTS_PER_WINDOW * config.rateLimitFactor)),
    keyGenerator: (req) => (req as Counted)[NETWORK] ?? '',
    standardHeaders: false,
    legacyHeaders: false,
    passOnStoreError: false,
    store: new BoundedStore(),
    validate: false,
    handler: (req, _res, next) => {
      const resetTime = (req as Partial<AugmentedRequest>).rateLimit?.resetTime?.getTime() ?? Date.now() + WINDOW_MS;
      const retryAfterSeconds = Math.max(1, Math.ceil((resetTime - Date.now()) / 1000));
      metrics.limitRefusal('requests');
      next(new AuthError('RATE_LIMITED', { details: { retryAfterSeconds } }));
    },
  });
  // It is typed for Express, and needs nothing of it.
  return (req, res, next) => {
    const network = limits.networkOf(toAddress(addressOf(req)));
    if (network === null) return next();
    void limit(Object.assign(req, { [NETWORK]: network }) as unknown as Request, res as Response, next);
  };
};

/**
 * Counts in fixed windows and bounded memory. Beyond `MAX_CLIENTS` addresses in a window, further ones share
 * buckets: under a flood from a million addresses the limit gets stricter, never absent.
 */
class BoundedStore implements Store {
  readonly localKeys = true;
  #windowMs = WINDOW_MS;
  #windowEnd = 0;
  #hits = new Map<string, number>();

  init({ windowMs }: Options): void {
    this.#windowMs = windowMs;
  }

  increment(key: string): ClientRateLimitInfo {
    const now = Date.now();
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + this.#windowMs;
      this.#hits = new Map();
    }
    const bucket = this.#hits.has(key) || this.#hits.size < MAX_CLIENTS ? key : overflowBucketOf(key);
    const totalHits = (this.#hits.get(bucket) ?? 0) + 1;
    this.#hits.set(bucket, totalHits);
    return { totalHits, resetTime: new Date(this.#windowEnd) };
  }

  decrement(): void {}

  resetKey(key: string): void {
    this.#hits.delete(key);
  }
}

const overflowBucketOf = (key: string): string => {
  let sum = 0;
  for (let index = 0; index < key.length; index += 1) sum = (sum * 31 + key.charCodeAt(index)) | 0;
  return `overflow ${Math.abs(sum) % OVERFLOW_BUCKETS}`;
};
