import type { Auth, RedisPort } from '@latchkey/auth';
import express, { type Router } from 'express';

interface Health {
  isStopping(): boolean;
  redis: RedisPort | null;
}

/**
 * `/health`: the process is alive, no I/O. `/ready`: the database answers and the service is not stopping. It says
 * how Redis is, too, without which everything works.
 */
export const healthRoutes = (auth: Auth, { isStopping, redis }: Health): Router => {
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
    res.status(isReady ? 200 : 503).json({
      status: isReady ? 'ready' : 'unavailable',
      ...(redis !== null && { redis: redis.isUsable() ? 'ready' : 'unavailable' }),
    });
  });
  return routes;
};
