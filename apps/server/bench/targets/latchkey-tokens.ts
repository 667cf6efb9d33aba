import { createAuth, tokensModule } from '@latchkey/auth';
import { listen, serveTarget } from './serve-target.ts';

/** The same at each start: the signing keys stay in the database. */
const encryptionKey = Buffer.alloc(32, 'bench');

/** The service with access and refresh tokens; its limits are out of reach, and the benchmark may follow its feed. */
serveTarget(async ({ databaseUrl }) => {
  const auth = await createAuth(
    { databaseUrl, rateLimitFactor: 1_000_000, trustedServices: ['127.0.0.1'] },
    { modules: [tokensModule({ encryptionKey })] },
  );
  const server = await listen(auth.toListener({ trustProxy: [], otherwise: (_req, res) => res.writeHead(404).end() }));
  return { port: server.port, stop: () => Promise.all([server.stop(), auth.close()]).then(() => {}) };
});
