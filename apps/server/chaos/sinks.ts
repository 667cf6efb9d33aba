import { isRedisMissing, startRedisServer, subscribeTo } from '@latchkey/auth/testing/redis';
import { Administrator, WEBHOOK_SETTINGS } from './administrator.ts';
import type { Instance } from './instance.ts';
import { openReceiver } from './receiver.ts';
import type { Stage } from './stage.ts';

/** Somewhere events are delivered to, which remembers what arrived. */
export interface Sink extends AsyncDisposable {
  name: string;
  /** Settings with which an instance delivers to it. */
  settings: Record<string, string>;
  /** Ids of the events that arrived, once or more often. */
  arrived(): ReadonlySet<string>;
  /** Told once, when the first instance serves. */
  subscribe(instance: Instance, stage: Stage): Promise<void>;
}

/** What the product delivers to besides its own log; without Redis where the machine has none. */
export const openSinks = async (): Promise<Sink[]> => [
  await openWebhookSink(),
  ...(isRedisMissing ? [] : [await openRedisSink()]),
];

const openWebhookSink = async (): Promise<Sink> => {
  const receiver = await openReceiver();
  return {
    name: 'a webhook receiver',
    settings: WEBHOOK_SETTINGS,
    arrived: () => receiver.arrived,
    subscribe: async (instance, stage) => {
      const administrator = await Administrator.at(instance, stage);
      await administrator.addWebhook(receiver.url, ['*']);
    },
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
};

const openRedisSink = async (): Promise<Sink> => {
  const redis = await startRedisServer();
  const subscriber = await subscribeTo(redis.url);
  return {
    name: 'Redis',
    settings: { REDIS_URL: redis.url },
    arrived: () => new Set(subscriber.heard.map(({ id }) => id)),
    subscribe: async () => {},
    [Symbol.asyncDispose]: async () => {
      await subscriber[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
};
