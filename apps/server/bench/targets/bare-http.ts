import { listen, serveTarget } from './serve-target.ts';
import { SessionQuery } from './session-query.ts';

/** Node's own server, the query and nothing else; it answers as forward auth does. */
serveTarget(async ({ databaseUrl }) => {
  const sessions = new SessionQuery(databaseUrl);
  const server = await listen((req, res) => {
    sessions.find(req.headers.cookie).then(
      (row) => {
        if (row === null) return res.writeHead(401, { 'Content-Length': 0 }).end();
        return res
          .writeHead(200, {
            'X-Auth-User': row.user_id,
            'X-Auth-Session': row.session_id,
            'X-Auth-Role': row.role,
            'Cache-Control': 'no-store',
            'Content-Length': 0,
          })
          .end();
      },
      () => res.writeHead(500, { 'Content-Length': 0 }).end(),
    );
  });
  return { port: server.port, stop: () => Promise.all([server.stop(), sessions.close()]).then(() => {}) };
});
