import { Agent, type ClientRequest, request } from 'node:http';

/** A stream of changes that is being read. */
export interface OpenStream {
  /** Resolves with the instant, by `performance.now()`, at which it was told that its session has ended. */
  ended: Promise<number>;
  close(): void;
}

/** Opens one, on a connection of its own; resolves once the service has begun to answer. */
export const openStream = (url: string, cookie: string): Promise<OpenStream> => {
  const { promise: ended, resolve: tell } = Promise.withResolvers<number>();
  return new Promise((resolve, reject) => {
    const stream: ClientRequest = request(`${url}/api/v1/auth/sessions/changes`, {
      headers: { cookie },
      agent: new Agent(),
    });
    stream.once('error', reject);
    stream.once('response', (response) => {
      if (response.statusCode !== 200) return reject(new Error(`A stream was answered with ${response.statusCode}`));
      stream.on('error', () => {});
      response.on('data', (chunk: Buffer) => {
        if (chunk.includes('event: ended')) tell(performance.now());
      });
      return resolve({ ended, close: () => stream.destroy() });
    });
    stream.end();
  });
};
