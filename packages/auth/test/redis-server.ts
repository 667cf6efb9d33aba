import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A real Redis of one test, which can be frozen, killed and started again at the same place. */
export interface RedisServer extends AsyncDisposable {
  port: number;
  url: string;
  start(): Promise<void>;
  /** Keeps connections open and answers nothing. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** One command, as an operator has it. */
  ask(url: string, command: string, ...args: string[]): Promise<unknown>;
}

/** In CI its absence is a failure, elsewhere a reason to leave the tests out. */
export const isRedisMissing = process.env.CI !== 'true' && spawnSync('redis-server', ['--version']).error !== undefined;

if (isRedisMissing) process.stderr.write('There is no redis-server on this machine: its tests are left out.\n');

/** @param settings lines of a redis.conf besides port and folder */
export const startRedisServer = async (settings: string[] = [], mode: string[] = []): Promise<RedisServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-redis-'));
  const port = await findFreePort();
  const file = join(folder, 'redis.conf');
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, 'save ""', ...settings];
  await writeFile(file, `${lines.join('\n')}\n`);
  const running: { child: ChildProcess | null } = { child: null };

  const start = async () => {
    const child = spawn('redis-server', [file, ...mode], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.child = child;
    await saysReady(child);
  };
  const kill = async () => {
    const { child } = running;
    running.child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    freeze: () => void running.child?.kill('SIGSTOP'),
    ask: async (at, command, ...args) => {
      const client = new Redis(at);
      client.on('error', () => {});
      try {
        return await client.call(command, ...args);
      } finally {
        client.disconnect();
      }
    },
    thaw: () => void running.child?.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Another service that hears everything which is published. */
export interface RedisSubscriber extends AsyncDisposable {
  heard: { channel: string; id: string; userId: string | null }[];
  publish(channel: string, message: string): Promise<unknown>;
}

export const subscribeTo = async (url: string): Promise<RedisSubscriber> => {
  const heard: RedisSubscriber['heard'] = [];
  const client = new Redis(url, { retryStrategy: () => 50 });
  client.on('error', () => {});
  client.on('pmessage', (_pattern: string, channel: string, message: string) => {
    if (message.startsWith('{"id":"')) heard.push({ channel, ...JSON.parse(message) });
  });
  await client.psubscribe('auth:*');
  const publisher = client.duplicate();
  publisher.on('error', () => {});
  return {
    heard,
    publish: (channel, message) => publisher.publish(channel, message),
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      publisher.disconnect();
    },
  };
};

const saysReady = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit').then(() => 'ended');
  for (let output = ''; !/Ready to accept connections|Sentinel ID is/.test(output); ) {
    const more = once(child.stdout ?? child, 'data').then(([chunk]) => String(chunk));
    const next = await Promise.race([more, ended]);
    if (next === 'ended') throw new Error(`redis-server ended:\n${output}`);
    output += next;
  }
  child.stdout?.resume();
};

/** A node of a cluster needs the port that lies this far above its own, too. */
const BUS_DISTANCE = 10_000;

const findFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port + BUS_DISTANCE > 65_535 ? findFreePort() : port;
};
