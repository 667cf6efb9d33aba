import type { Auth } from '@latchkey/auth';
import express, { type Router } from 'express';

/** `/health`: the process is alive, no I/O. `/ready`: the database answers and the service is not stopping. */
export const healthRoutes = (auth: Auth, isStopping: () => boolean): Router => {
  const routes = express.Router();
  routes.get('/health', (_req, res) => void res.json({ status: 'ok' }));
  routes.get('/ready', async (_req, res) => {
    const isReady =
      !isStopping() &&
      (await auth.ping().then(
        () => true,
        () => false,
      ));
    if (!isReady) res.setHeader('Retry-After', 1);
    res.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'unavailable' });
  });
  return routes;
};
