import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.ts';

/** What came over the wire. */
export interface ReceivedWebhook {
  id: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Byte for byte, as it is signed. */
  raw: string;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

type Answer = (response: ServerResponse) => void;

/** Somebody who is told of events: a server in this process. */
export interface WebhookReceiver extends AsyncDisposable {
  url: string;
  port: number;
  received: ReceivedWebhook[];
  /** How many requests it had open at once, at most. */
  peak: number;
  /** How it answers from now on. Default: 204. */
  answer: Answer;
  /** Waits for so many, and tells them. */
  gets(count: number): Promise<ReceivedWebhook[]>;
  first(): Promise<ReceivedWebhook>;
}

export const arrived: Answer = (response) => void response.writeHead(204).end();
export const failed: Answer = (response) => void response.writeHead(500).end('Out of paper');
export const hanging: Answer = () => {};

export const createWebhookReceiver = async (answer: Answer = arrived): Promise<WebhookReceiver> => {
  let open = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    receiver.peak = Math.max(receiver.peak, open);
    response.on('close', () => {
      open -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks).toString();
    receiver.received.push({
      id: String(request.headers['webhook-id']),
      path: request.url ?? '',
      headers: request.headers,
      raw,
      body: JSON.parse(raw),
    });
    receiver.answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received: [],
    peak: 0,
    answer,
    gets: async (count) => {
      await eventually(() => receiver.received.length).toBeGreaterThanOrEqual(count);
      return receiver.received;
    },
    first: async () => {
      const [message] = await receiver.gets(1);
      if (message === undefined) throw new Error('Nothing was received');
      return message;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
};
