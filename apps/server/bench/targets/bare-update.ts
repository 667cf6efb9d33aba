import { hash } from 'node:crypto';
import { Pool } from 'pg';
import { listen, serveTarget } from './serve-target.ts';

/** As short as a write can be that is guarded and tells what it has found. */
const UPDATE = {
  name: 'use',
  text: 'update auth.session set last_active_at = now() where token_hash = $1 and end_reason is null returning id, user_id',
};

/** Node's own server and one prepared `UPDATE … RETURNING` per request, from a pool of ten connections. */
serveTarget(async ({ databaseUrl }) => {
  const pool = new Pool({ connectionString: databaseUrl, max: 10 });
  const server = await listen(async (req, res) => {
    const body: Buffer[] = await req.toArray();
    const { refreshToken } = JSON.parse(Buffer.concat(body).toString()) as { refreshToken: string };
    const values = [`\\x${hash('sha256', refreshToken, 'hex')}`];
    const { rows } = await pool.query<{ id: string }>({ ...UPDATE, values });
    res.writeHead(rows.length === 1 ? 200 : 401, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ refreshToken }));
  });
  return { port: server.port, stop: () => Promise.all([server.stop(), pool.end()]).then(() => {}) };
});
