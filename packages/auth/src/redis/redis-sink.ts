import type { AuthEvent } from '../kernel/event-log.ts';
import type { EventSink } from '../kernel/outbox/event-sink.ts';
import type { RedisLink } from './redis-link.ts';

export const channelOf = (type: string): string => `auth:${type}`;

/**
 * Publishes each event as JSON to `auth:<type>`. Who is subscribed at that moment is told; Redis keeps nothing for
 * those who are not.
 */
export class RedisSink implements EventSink {
  readonly name = 'redis';
  readonly #link: RedisLink;

  constructor(link: RedisLink) {
    this.#link = link;
  }

  isReady(): boolean {
    return this.#link.isUsable();
  }

  /** Over one connection and in order; the first that Redis did not take brings all of them again. */
  deliver(events: AuthEvent[]): Promise<void> {
    return this.#link.use(async (client) => {
      const pipeline = client.pipeline();
      for (const event of events) pipeline.publish(channelOf(event.type), JSON.stringify(event));
      const failed = ((await pipeline.exec()) ?? []).find(([error]) => error !== null);
      if (failed !== undefined) throw failed[0];
    });
  }
}
