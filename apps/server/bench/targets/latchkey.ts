import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSettings } from '../../src/env.ts';
import { findFreePort } from '../../src/find-free-port.ts';
import { createLogger } from '../../src/logger.ts';
import { startServer } from '../../src/start-server.ts';
import { serveTarget } from './serve-target.ts';

/** A page to serve: what is measured does not ask for it, and the real one need not have been built. */
const makeWebFolder = async (folder: string): Promise<string> => {
  const webFolder = join(folder, 'web');
  await mkdir(webFolder, { recursive: true });
  await writeFile(join(webFolder, 'index.html'), '<!doctype html><title>Latchkey</title>');
  return webFolder;
};

/** The service as it runs in production, with its own logger; only its limits are out of reach. */
serveTarget(async ({ databaseUrl, folder }) => {
  const port = await findFreePort();
  const settings = parseSettings({
    NODE_ENV: 'production',
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    BCRYPT_COST: '12',
    RATE_LIMIT_FACTOR: '1000000',
    LOG_LEVEL: 'info',
  });
  const server = await startServer({
    settings: { ...settings, webFolder: await makeWebFolder(folder) },
    logger: createLogger(settings),
    onProgress: () => {},
  });
  return { port, stop: () => server.stop() };
});
