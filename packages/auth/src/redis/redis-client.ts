import { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './redis-address.ts';

export type RedisClient = Redis | Cluster;

/** How long it may take to connect, and a connection may say nothing that is asked. */
const PATIENCE_MS = 2000;
const LAST_RETRY_MS = 1000;

const retryDelay = (times: number): number => Math.min(50 * 2 ** times, LAST_RETRY_MS);

/**
 * Connects, and connects again whenever the connection is lost. Nothing is kept for later: what cannot be sent now
 * fails at once, and what was sent over a connection that is lost fails with it.
 */
export const createRedisClient = (address: RedisAddress): RedisClient => {
  const client = address.kind === 'cluster' ? createCluster(address) : new Redis(optionsOf(address));
  // Without a listener they go to the console. Who uses the client hears of each failure.
  client.on('error', () => {});
  return client;
};

const optionsOf = (address: RedisAddress) => {
  const [first] = address.nodes;
  return {
    ...sharedOptions(address),
    ...(address.kind === 'sentinel' ? sentinelOptions(address) : first),
    db: address.db,
    enableOfflineQueue: false,
    autoResubscribe: false,
    retryStrategy: retryDelay,
  };
};

const sharedOptions = ({ username, password, isTls }: RedisAddress) => ({
  connectionName: 'latchkey',
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...(isTls && { tls: {} }),
  commandTimeout: PATIENCE_MS,
  connectTimeout: PATIENCE_MS,
  // A peer that is frozen keeps its connection; this one is given up, and all that waits on it.
  socketTimeout: PATIENCE_MS,
  keepAlive: 5000,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
});

const sentinelOptions = ({ nodes, primaryName, sentinelPassword, isTls }: RedisAddress) => ({
  sentinels: nodes,
  ...(primaryName !== undefined && { name: primaryName }),
  ...(sentinelPassword !== undefined && { sentinelPassword }),
  ...(isTls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
  sentinelCommandTimeout: PATIENCE_MS,
  sentinelRetryStrategy: retryDelay,
});

const createCluster = (address: RedisAddress): Cluster =>
  new Cluster(address.nodes, {
    enableOfflineQueue: false,
    redisOptions: sharedOptions(address),
    clusterRetryStrategy: retryDelay,
    slotsRefreshTimeout: PATIENCE_MS,
    // Managed clusters present certificates for names, which a look-up would lose.
    ...(address.isTls && { dnsLookup: (host, callback) => callback(null, host) }),
  });
