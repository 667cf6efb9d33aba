import type { AuthEvent, EventType } from './event-log.ts';
import type { LimitStore } from './limits/limit-store.ts';
import type { EventSink } from './outbox/event-sink.ts';

export interface EventFeedOptions {
  types: readonly EventType[];
  /** Told what any instance has published; may be told twice. */
  onEvent(event: AuthEvent): void;
  /** Told when it hears again after a time in which events may have been missed. */
  onRestored(): void;
}

/** Hears of events as they are published. */
export interface EventFeed {
  /**
   * Resolves once whatever is published from now on will be heard.
   * @throws AuthError UNAVAILABLE when that takes too long
   */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** What Redis takes over where there is one; `connectRedis` of `@latchkey/auth/redis` makes it. */
export interface RedisPort {
  /** Publishes events. */
  sink: EventSink;
  /** Counts in Redis, and in `fallback` while Redis is away. */
  createLimitStore(fallback: LimitStore): LimitStore;
  createFeed(options: EventFeedOptions): EventFeed;
  /** Whether it answered when it was last asked. */
  isUsable(): boolean;
  close(): Promise<void>;
}
