import { listen, serveTarget } from './serve-target.ts';

/** Node's own server and the same answer for everybody: the most that a server on this machine can do. */
serveTarget(() =>
  listen((_req, res) => {
    res.writeHead(200, { 'Cache-Control': 'no-store', 'Content-Length': 0 }).end();
  }),
);
