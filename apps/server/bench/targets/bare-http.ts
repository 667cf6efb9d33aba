import type { ServerResponse } from 'node:http';
import { listen, serveTarget } from './serve-target.ts';
import { SessionQuery } from './session-query.ts';

const send = (res: ServerResponse, status: number, body: object): void => {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
};

/** Node's own server, the query and nothing else. */
serveTarget(async ({ databaseUrl }) => {
  const sessions = new SessionQuery(databaseUrl);
  const server = await listen((req, res) => {
    sessions.identify(req.headers.cookie).then(
      (identity) => (identity === null ? send(res, 401, {}) : send(res, 200, identity)),
      () => send(res, 500, {}),
    );
  });
  return { port: server.port, stop: () => Promise.all([server.stop(), sessions.close()]).then(() => {}) };
});
