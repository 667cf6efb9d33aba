import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { listen, serveTarget } from './serve-target.ts';

const t = initTRPC.create();

const router = t.router({ empty: t.procedure.query(() => ({ ok: true })) });

/** tRPC's own Express adapter in front of a procedure that does nothing: no database, no session. */
serveTarget(() => {
  const app = express().disable('x-powered-by').disable('etag');
  app.use('/trpc', createExpressMiddleware({ router }));
  return listen(app);
});
