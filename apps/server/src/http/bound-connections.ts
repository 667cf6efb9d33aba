import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { rarely, toNetwork } from '@latchkey/auth';
import type { Logger } from 'pino';
import proxyAddr from 'proxy-addr';

export interface ConnectionBounds {
  /** Beyond these, new ones are hung up on. Some 20 KB each, with an open stream on it. */
  max: number;
  /** Of one IPv4 address or IPv6 /64, so that a single stranger cannot take them all. */
  maxPerAddress: number;
}

interface BoundOptions extends ConnectionBounds {
  /** Everybody comes by way of these: they are not counted one by one. */
  trustProxy: string[];
  logger: Logger;
}

/** Hangs up on new connections where there are too many, in all or of one address, and says so once a minute. */
export const boundConnections = (server: Server, { max, maxPerAddress, trustProxy, logger }: BoundOptions): void => {
  const isTrusted = proxyAddr.compile(trustProxy);
  const counts = new Map<string, number>();
  const complain = { all: rarely(), one: rarely() };

  server.maxConnections = max;
  server.on('drop', () =>
    complain.all(() => logger.warn({ connections: max }, 'More connections than can be served: new ones are refused')),
  );
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isTrusted(remoteAddress, 0)) return;
    const network = toNetwork(remoteAddress);
    const count = (counts.get(network) ?? 0) + 1;
    if (count > maxPerAddress) {
      const hint = 'If this is your proxy, name it in TRUST_PROXY.';
      complain.one(() =>
        logger.warn({ network, connections: maxPerAddress, hint }, 'One address wants more connections'),
      );
      socket.destroy();
      return;
    }
    counts.set(network, count);
    socket.on('close', () => {
      const left = (counts.get(network) ?? 1) - 1;
      if (left === 0) counts.delete(network);
      else counts.set(network, left);
    });
  });
};
