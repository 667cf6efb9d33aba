import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Request } from 'express';
import { listen, serveTarget } from './serve-target.ts';
import { SessionQuery, toIdentity } from './session-query.ts';

interface Context {
  req: Request;
}

/** tRPC's own Express adapter and the query; no limits, no trace ids, no validation of what goes out. */
serveTarget(async ({ databaseUrl }) => {
  const sessions = new SessionQuery(databaseUrl);
  const t = initTRPC.context<Context>().create();
  const router = t.router({
    auth: t.router({
      me: t.procedure.query(async ({ ctx }) => {
        const row = await sessions.find(ctx.req.headers.cookie);
        if (row === null) throw new TRPCError({ code: 'UNAUTHORIZED' });
        return toIdentity(row);
      }),
    }),
  });
  const app = express().disable('x-powered-by').disable('etag');
  app.use('/trpc', createExpressMiddleware({ router, createContext: ({ req }): Context => ({ req }) }));
  const server = await listen(app);
  return { port: server.port, stop: () => Promise.all([server.stop(), sessions.close()]).then(() => {}) };
});
