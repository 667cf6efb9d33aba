import { type Logger, silentLogger } from '../kernel/ports.ts';
import type { RedisPort } from '../kernel/redis-port.ts';
import { parseRedisAddress } from './redis-address.ts';
import { createRedisClient } from './redis-client.ts';
import { RedisFeed } from './redis-feed.ts';
import { RedisLimitStore } from './redis-limit-store.ts';
import { RedisLink } from './redis-link.ts';
import { RedisSink } from './redis-sink.ts';

interface ConnectRedisOptions {
  /** `redis://`, `rediss://`, or either with `+cluster` or `+sentinel`. */
  url: string;
  logger?: Logger;
}

/**
 * Connects to Redis 6 or newer, for `createAuth(options, { redis })`, which closes it. Does not wait for it: all
 * that it takes over goes on without it.
 * @throws Error when the address is wrong
 * @example
 * const redis = connectRedis({ url: 'redis://localhost:6379' });
 * const auth = await createAuth({ databaseUrl: 'postgresql://…' }, { redis });
 */
export const connectRedis = ({ url, logger = silentLogger }: ConnectRedisOptions): RedisPort => {
  const address = parseRedisAddress(url);
  const link = new RedisLink(createRedisClient(address), logger);
  return {
    sink: new RedisSink(link),
    createLimitStore: (fallback) => new RedisLimitStore(link, fallback),
    createFeed: (options) => new RedisFeed(() => createRedisClient(address), { ...options, logger }),
    isUsable: () => link.isUsable(),
    close: () => link.close(),
  };
};

const VERIFY_MS = 3000;

/** Connects once and asks for a sign of life. @throws Error with what went wrong, for people */
export const verifyRedis = async (url: string): Promise<void> => {
  const client = createRedisClient(parseRedisAddress(url));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A new error: that of the driver carries the command, which may be the password.
  const fail = ({ message }: Error) => reject(new Error(message));
  const timer = setTimeout(() => fail(new Error('no answer')), VERIFY_MS);
  client.on('error', fail);
  client.on('ready', () => client.ping().then(() => resolve(), fail));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
};
