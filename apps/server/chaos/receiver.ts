import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that is told of events by webhook, in this process. */
export interface Receiver extends AsyncDisposable {
  url: string;
  /** Ids of what arrived, once or more often. */
  arrived: Set<string>;
}

/** @param answer how it answers; default: 204 */
export const openReceiver = async (
  answer: (response: ServerResponse) => void = (response) => void response.writeHead(204).end(),
): Promise<Receiver> => {
  const arrived = new Set<string>();
  const server = createServer((request, response) => {
    arrived.add(String(request.headers['webhook-id']));
    request.resume();
    request.once('end', () => answer(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    arrived,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
