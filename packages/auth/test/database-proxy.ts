import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between the service and PostgreSQL, so that a test can cut or freeze what is between them. */
export interface DatabaseProxy extends AsyncDisposable {
  url: string;
  /** Drops every connection and refuses new ones. */
  cut(): void;
  /** Keeps connections open and lets nothing through. */
  freeze(): void;
  /** What is connected now never hears a word again, not even of its end; new connections work. */
  vanish(): void;
  restore(): void;
}

export const createDatabaseProxy = async (databaseUrl: string): Promise<DatabaseProxy> => {
  const target = new URL(databaseUrl);
  const state: { mode: 'open' | 'cut' | 'frozen' } = { mode: 'open' };
  const sockets = new Set<Socket>();
  const vanished = new Set<Socket>();

  const pipe = (from: Socket, to: Socket) => {
    sockets.add(from);
    if (state.mode === 'frozen') from.pause();
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };

  const server = createServer((inbound) => {
    if (state.mode === 'cut') return void inbound.destroy();
    const outbound = connect(Number(target.port), target.hostname);
    pipe(inbound, outbound);
    pipe(outbound, inbound);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: Object.assign(new URL(databaseUrl), { port: String(port) }).href,
    cut: () => {
      state.mode = 'cut';
      for (const socket of sockets) socket.destroy();
    },
    freeze: () => {
      state.mode = 'frozen';
      for (const socket of sockets) socket.pause();
    },
    vanish: () => {
      for (const socket of sockets) {
        socket.removeAllListeners('data').pause();
        vanished.add(socket);
      }
    },
    restore: () => {
      state.mode = 'open';
      for (const socket of sockets) if (!vanished.has(socket)) socket.resume();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
