import { hash } from 'node:crypto';
import proxyAddr from 'proxy-addr';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { unavailable } from '../auth-error.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { toNetwork } from '../network.ts';
import type { Logger } from '../ports.ts';
import type { LimitCounter, LimitStore } from './limit-store.ts';
import { LIMITS, type Limit, type LimitKeys, type LimitName } from './limit-table.ts';

/** Whether an attempt may be made. `hasJustLocked`: it is the one by which a lock began. */
export type LimitVerdict = { kind: 'allowed' } | { kind: 'refused'; retryAfterSeconds: number; hasJustLocked: boolean };

interface LimitsOptions {
  store: LimitStore;
  /** Multiplies the points of every limit. */
  factor: number;
  /** Addresses and ranges of services that are not limited by address. */
  trustedServices: string[];
  logger: Logger;
  metrics: Metrics;
}

interface Counted {
  /** `login.pair` */
  name: string;
  limit: Limit;
  points: number;
  attempts: LimitCounter;
  /** How many locks there were within a day; null for a limit that does not lock. */
  locks: LimitCounter | null;
}

const LOCKS_REMEMBERED_SECONDS = 86_400;

/** The limits of single operations. Keeps no count itself: what the store says holds for all instances. */
export class Limits {
  readonly #counted = new Map<string, Counted>();
  readonly #store: LimitStore;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #isService: (address: string) => boolean;

  constructor({ store, factor, trustedServices, logger, metrics }: LimitsOptions) {
    this.#store = store;
    this.#logger = logger;
    this.#metrics = metrics;
    const isService = proxyAddr.compile(trustedServices);
    this.#isService = (address) => trustedServices.length > 0 && isService(address, 0);
    for (const [name, limits] of Object.entries<Record<string, Limit>>(LIMITS)) {
      for (const [dimension, limit] of Object.entries(limits)) {
        const keyPrefix = `${name}.${dimension}`;
        const points = Math.max(1, Math.round(limit.points * factor));
        this.#counted.set(keyPrefix, {
          name: keyPrefix,
          limit,
          points,
          attempts: store.createCounter({ keyPrefix, points, duration: limit.seconds }),
          locks: limit.lock
            ? store.createCounter({ keyPrefix: `${keyPrefix}.locks`, points: 1, duration: LOCKS_REMEMBERED_SECONDS })
            : null,
        });
      }
    }
  }

  /** Where a call comes from, as it is counted; null for a service that is not limited by address. */
  networkOf(ipAddress: string | null): string | null {
    return ipAddress !== null && this.#isService(ipAddress) ? null : toNetwork(ipAddress);
  }

  /**
   * Counts an attempt before it is made, so that of any number which race no more than allowed get through.
   * @throws AuthError UNAVAILABLE when it cannot be counted: limits do not fail open
   */
  async consume<Name extends LimitName>(name: Name, keys: LimitKeys<Name>): Promise<LimitVerdict> {
    for (const { counted, key } of this.#entriesOf(name, keys)) {
      const verdict = await this.#count(counted, key);
      if (verdict.kind === 'allowed') continue;
      this.#metrics.limitRefusal(counted.name);
      return verdict;
    }
    return { kind: 'allowed' };
  }

  /** Forgets the attempts of somebody who has proved who they are, where the limit says so. */
  async reset<Name extends LimitName>(name: Name, keys: LimitKeys<Name>): Promise<void> {
    const entries = this.#entriesOf(name, keys).filter(({ counted }) => counted.limit.isResetBySuccess);
    const steps = entries.flatMap(({ counted: { attempts, locks }, key }) =>
      [attempts, ...(locks === null ? [] : [locks])].map((counter) => counter.delete(key)),
    );
    await this.#relax(name, steps);
  }

  /** Takes an attempt back that was counted and could not be made: it has told nobody anything. */
  async giveBack<Name extends LimitName>(name: Name, keys: LimitKeys<Name>): Promise<void> {
    await this.#relax(
      name,
      this.#entriesOf(name, keys).map(({ counted, key }) => counted.attempts.reward(key)),
    );
  }

  /** What has been answered does not change for a step that fails; the counts run out by themselves. */
  async #relax(limit: LimitName, steps: Promise<unknown>[]): Promise<void> {
    const outcomes = await Promise.allSettled(steps);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) this.#logger.warn({ err: failed.reason, limit }, 'A limit could not be relaxed');
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** In the order of the table. */
  #entriesOf<Name extends LimitName>(name: Name, keys: LimitKeys<Name>): { counted: Counted; key: string }[] {
    return Object.keys(LIMITS[name]).flatMap((dimension) => {
      const counted = this.#counted.get(`${name}.${dimension}`);
      const value = (keys as Record<string, string | null>)[dimension];
      return counted === undefined || value == null ? [] : [{ counted, key: toKey(dimension, value) }];
    });
  }

  async #count({ limit, points, attempts, locks }: Counted, key: string): Promise<LimitVerdict> {
    try {
      await attempts.consume(key);
      return { kind: 'allowed' };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw unavailable(refusal);
      // Of all that race beyond the limit, exactly one is told this number.
      const isFirst = refusal.consumedPoints === points + 1;
      if (limit.lock === undefined || locks === null || !isFirst) {
        return { kind: 'refused', retryAfterSeconds: toSeconds(refusal.msBeforeNext), hasJustLocked: false };
      }
      const retryAfterSeconds = await this.#lock(limit.lock, attempts, locks, key);
      return { kind: 'refused', retryAfterSeconds, hasJustLocked: true };
    }
  }

  /** Should this not get done, the window itself refuses until it ends, which is as long as the longest lock. */
  async #lock(
    { firstSeconds, maxSeconds }: NonNullable<Limit['lock']>,
    attempts: LimitCounter,
    locks: LimitCounter,
    key: string,
  ): Promise<number> {
    try {
      const { consumedPoints } = await locks.penalty(key);
      const seconds = Math.min(firstSeconds * 2 ** (consumedPoints - 1), maxSeconds);
      await attempts.block(key, seconds);
      return seconds;
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

/** Addresses may be read by an operator who looks for the source of trouble; who has an account may not. */
const toKey = (dimension: string, value: string): string =>
  dimension === 'address' ? value : hash('sha256', value, 'base64url');

const toSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
