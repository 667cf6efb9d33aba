import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { ConnectionBounds } from './bound-connections.ts';
import { createHttpServer } from './create-http-server.ts';

interface SceneOptions {
  bounds: ConnectionBounds;
  trustProxy?: string[];
}

const REQUEST = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** A server that answers, and clients that keep their connections once they have asked. */
const listening = async ({ bounds, trustProxy = [] }: SceneOptions) => {
  const log: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line) => void log.push(JSON.parse(line)) });
  const listener = createHttpServer({
    listener: (_req, res) => void res.end('ok'),
    isStopping: () => false,
    bounds,
    trustProxy,
    logger,
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const sockets: Socket[] = [];
  return {
    log,
    /** Null: it was hung up on. */
    ask: async (localAddress = '127.0.0.1'): Promise<Socket | null> => {
      const socket = connect({ port, host: '127.0.0.1', localAddress });
      sockets.push(socket);
      socket.on('error', () => {});
      socket.write(REQUEST);
      const closed = once(socket, 'close').then(() => null);
      return Promise.race([once(socket, 'data').then(() => socket), closed]);
    },
    count: () => new Promise<number>((resolve) => listener.getConnections((_error, count) => resolve(count))),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      listener.closeAllConnections();
      listener.close();
    },
  };
};

test('one address gets so many connections, and another one when it has given one back', async () => {
  await using scene = await listening({ bounds: { max: 100, maxPerAddress: 3 } });
  const held = [await scene.ask(), await scene.ask(), await scene.ask()];
  expect(held).not.toContain(null);
  expect([await scene.ask(), await scene.ask()]).toEqual([null, null]);
  expect(scene.log).toEqual([
    expect.objectContaining({
      level: 40,
      network: '127.0.0.1',
      connections: 3,
      hint: expect.stringContaining('TRUST_PROXY'),
    }),
  ]);
  held[1]?.destroy();
  await expect.poll(scene.count, { interval: 5 }).toBe(2);
  expect(await scene.ask()).not.toBeNull();
  expect(await scene.ask()).toBeNull();
});

// Only Linux has all of 127.0.0.0/8 without being told.
test.skipIf(process.platform !== 'linux')('what one address holds is not missing to another', async () => {
  await using scene = await listening({ bounds: { max: 100, maxPerAddress: 1 } });
  expect(await scene.ask('127.0.0.2')).not.toBeNull();
  expect(await scene.ask('127.0.0.2')).toBeNull();
  expect(await scene.ask('127.0.0.3')).not.toBeNull();
});

test('connections of a proxy are counted among all alone', async () => {
  await using scene = await listening({ bounds: { max: 3, maxPerAddress: 1 }, trustProxy: ['loopback'] });
  expect([await scene.ask(), await scene.ask(), await scene.ask()]).not.toContain(null);
  expect(await scene.ask()).toBeNull();
  expect(scene.log.map(({ msg }) => msg)).toEqual(['More connections than can be served: new ones are refused']);
});
