import { expect, test } from 'vitest';
import { loggedIn, refusedAfter, registered } from '../../test/browser.ts';
import { createTestAuth, type TestAuth } from '../../test/create-test-auth.ts';
import { readEvents } from '../../test/event-reader.ts';
import { eventually } from '../../test/eventually.ts';
import { isRedisMissing, type RedisServer, startRedisServer, subscribeTo } from '../../test/redis-server.ts';
import { LIMITS } from '../kernel/limits/limit-table.ts';
import { connectRedis } from './index.ts';

const { points } = LIMITS.login.account;
const SLOTS = 16_384;

const redisTest = test.skipIf(isRedisMissing);

const idsIn = async (t: TestAuth): Promise<string[]> =>
  (await t.database.query<{ id: string }>('select id from auth.event order by id')).map(({ id }) => id);

const limitsIn = async (t: TestAuth): Promise<number> =>
  (await t.database.query('select 1 from auth.rate_limit')).length;

const ask = (server: RedisServer, command: string, ...args: (string | number)[]) =>
  server.ask(server.url, command, ...args.map(String));

/** Three nodes, each with a third of the slots, and a replica of the first one. */
const startCluster = async (resources: AsyncDisposableStack): Promise<RedisServer[]> => {
  const settings = ['cluster-enabled yes', 'cluster-announce-ip 127.0.0.1', 'cluster-node-timeout 500'];
  const nodes: RedisServer[] = [];
  // One after the other: two that look for a free port at once may find the same one.
  while (nodes.length < 4) nodes.push(resources.use(await startRedisServer(settings)));
  const [first, second, third, replica] = nodes;
  if (!first || !second || !third || !replica) throw new Error('Four nodes were expected');
  const primaries = [first, second, third];
  for (const [index, node] of primaries.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((SLOTS * part) / primaries.length));
    await ask(node, 'cluster', 'addslotsrange', from ?? 0, (to ?? SLOTS) - 1);
    await ask(node, 'cluster', 'set-config-epoch', index + 1);
    if (node !== first) await ask(node, 'cluster', 'meet', '127.0.0.1', first.port);
  }
  await ask(replica, 'cluster', 'meet', '127.0.0.1', first.port);
  const firstId = String(await ask(first, 'cluster', 'myid'));
  const replicate = () => ask(replica, 'cluster', 'replicate', firstId).catch(({ message }: Error) => message);
  await eventually(replicate).toBe('OK');
  await eventually(() => ask(replica, 'info', 'replication').then(String)).toContain('master_link_status:up');
  for (const node of nodes) {
    await eventually(() => ask(node, 'cluster', 'info').then(String)).toContain('cluster_state:ok');
    await eventually(() => ask(node, 'cluster', 'nodes').then(String)).toContain('slave');
  }
  return nodes;
};

redisTest('in a cluster every node counts its share of the limits, and hands on all events', async () => {
  await using resources = new AsyncDisposableStack();
  const nodes = await startCluster(resources);
  const [first, second, third] = nodes;
  await using subscriber = await subscribeTo(third?.url ?? '');
  const redis = connectRedis({ url: `redis+cluster://127.0.0.1:1,127.0.0.1:${second?.port}` });
  await using t = await createTestAuth({ rateLimitFactor: 1, ports: { redis } });
  await eventually(() => redis.isUsable()).toBe(true);
  const ada = await registered(t, 'ada@example.com');
  await using _stream = await readEvents(t, ada);
  for (const name of ['bob', 'eve', 'kim', 'lea', 'max', 'zoe']) {
    expect(await refusedAfter(t, `${name}@example.com`)).toBe(points);
  }
  expect(await limitsIn(t)).toBe(0);
  const keys = await Promise.all([first, second, third].map((node) => node && ask(node, 'dbsize')));
  for (const count of keys) expect(count).toBeGreaterThan(0);
  const written = await idsIn(t);
  await eventually(() => subscriber.heard.map(({ id }) => id).toSorted()).toEqual(written);
});

redisTest('a cluster that loses a node is done without until the replica has taken over', async () => {
  await using resources = new AsyncDisposableStack();
  const [first, second, third, replica] = await startCluster(resources);
  await using subscriber = await subscribeTo(third?.url ?? '');
  const redis = connectRedis({ url: `redis+cluster://127.0.0.1:${first?.port},127.0.0.1:${second?.port}` });
  await using t = await createTestAuth({ rateLimitFactor: 1, ports: { redis } });
  await eventually(() => redis.isUsable()).toBe(true);
  await registered(t, 'ada@example.com');
  await first?.kill();
  await loggedIn(t, 'ada@example.com');
  for (const name of ['bob', 'eve', 'kim']) {
    expect(await refusedAfter(t, `${name}@example.com`)).toBeLessThanOrEqual(2 * points);
  }
  await eventually(() => (replica ? ask(replica, 'role') : null)).toMatchObject({ 0: 'master' });
  await eventually(() => redis.isUsable()).toBe(true);
  const before = await limitsIn(t);
  for (const name of ['lea', 'max', 'zoe', 'ann', 'tom', 'joe']) {
    expect(await refusedAfter(t, `${name}@example.com`)).toBe(points);
  }
  expect(await limitsIn(t)).toBe(before);
  const written = await idsIn(t);
  await eventually(() => [...new Set(subscriber.heard.map(({ id }) => id))].toSorted()).toEqual(written);
});

redisTest('sentinels say where the primary is', async () => {
  await using primary = await startRedisServer();
  await using sentinel = await startRedisServer([`sentinel monitor main 127.0.0.1 ${primary.port} 1`], ['--sentinel']);
  await using subscriber = await subscribeTo(primary.url);
  const redis = connectRedis({ url: `redis+sentinel://127.0.0.1:1,127.0.0.1:${sentinel.port}/main/2` });
  await using t = await createTestAuth({ ports: { redis } });
  await eventually(() => redis.isUsable()).toBe(true);
  await registered(t, 'ada@example.com');
  const written = await idsIn(t);
  await eventually(() => subscriber.heard.map(({ id }) => id).toSorted()).toEqual(written);
});

redisTest('when the primary dies, its sentinels lead to the replica that takes over', async () => {
  await using primary = await startRedisServer();
  await using replica = await startRedisServer([`replicaof 127.0.0.1 ${primary.port}`]);
  await eventually(() => ask(replica, 'info', 'replication').then(String)).toContain('master_link_status:up');
  const watching = [
    `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 2000',
  ];
  await using sentinel = await startRedisServer(watching, ['--sentinel']);
  await eventually(() => ask(sentinel, 'sentinel', 'replicas', 'main')).toHaveLength(1);
  await using subscriber = await subscribeTo(replica.url);
  const redis = connectRedis({ url: `redis+sentinel://127.0.0.1:${sentinel.port}/main` });
  await using t = await createTestAuth({ rateLimitFactor: 1, ports: { redis } });
  const ada = await registered(t, 'ada@example.com');
  await using stream = await readEvents(t, ada);
  await eventually(() => redis.isUsable()).toBe(true);

  await primary.kill();
  await loggedIn(t, 'ada@example.com');
  expect(await stream.next()).toMatchObject({ event: 'change', data: { type: 'session.created' } });
  await eventually(() => ask(replica, 'role')).toMatchObject({ 0: 'master' });
  await eventually(() => redis.isUsable()).toBe(true);
  const before = await limitsIn(t);
  expect(await refusedAfter(t, 'bob@example.com')).toBe(points);
  expect(await limitsIn(t)).toBe(before);
  const written = await idsIn(t);
  await eventually(() => [...new Set(subscriber.heard.map(({ id }) => id))].toSorted()).toEqual(written);
});
