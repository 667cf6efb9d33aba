import express from 'express';
import { listen, serveTarget } from './serve-target.ts';
import { SessionQuery, toIdentity } from './session-query.ts';

/** Express and the query: no security headers, no limits, no trace ids, no validation. */
serveTarget(async ({ databaseUrl }) => {
  const sessions = new SessionQuery(databaseUrl);
  const app = express().disable('x-powered-by').disable('etag');
  app.get('/api/v1/me', async (req, res) => {
    const row = await sessions.find(req.headers.cookie);
    if (row === null) res.status(401).json({});
    else res.json(toIdentity(row));
  });
  const server = await listen(app);
  return { port: server.port, stop: () => Promise.all([server.stop(), sessions.close()]).then(() => {}) };
});
