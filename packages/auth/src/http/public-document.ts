import type { IncomingMessage, ServerResponse } from 'node:http';
import { AuthError } from '../kernel/auth-error.ts';
import type { PublicDocument } from '../kernel/module.ts';
import { sendJson } from './send-json.ts';

/** Serves what anybody may read and keep for a while, from pages of any origin. */
export const servePublicDocument = async (
  document: PublicDocument,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> => {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('Allow', 'GET, HEAD');
    throw new AuthError('METHOD_NOT_ALLOWED');
  }
  const body = await document.read();
  res.setHeader('Cache-Control', `public, max-age=${document.maxAgeSeconds}`);
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  sendJson(res, 200, body);
};
