import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageSecurityHeaders } from '@latchkey/auth';
import express, { type Request, type Response, type Router } from 'express';

/** What the build leaves in `index.html` for the nonce of each answer. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';

interface SpaOptions {
  /** The built app. */
  folder: string;
  isHttps: boolean;
}

/** Serves the built app: its files as they are, and its page for every path that belongs to its router. */
export const serveSpa = ({ folder, isHttps }: SpaOptions): Router => {
  const index = join(folder, 'index.html');
  if (!existsSync(index))
    throw new Error(`The web app has not been built: ${index} is missing. Run: npx -y pnpm@12 start`);
  const page = readFileSync(index, 'utf8');

  const spa = express.Router();
  const secure = pageSecurityHeaders({ isHttps, styleSources: [(_req, res) => `'nonce-${nonceOf(res as Response)}'`] });
  spa.use((_req, res, next) => {
    res.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  // The page itself comes with a policy and a nonce, below.
  spa.get('/index.html', (_req, res) => res.redirect(308, '/'));
  spa.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: true }));
  spa.use(express.static(folder, { index: false, maxAge: '1h' }));
  spa.get('/{*path}', (req, res, next) => {
    if (!isNavigation(req)) return next();
    res.locals.nonce = randomBytes(16).toString('base64');
    secure(req, res, () => {
      res.setHeader('Cache-Control', 'no-store');
      res.type('html').send(page.replaceAll(NONCE_PLACEHOLDER, nonceOf(res)));
    });
  });
  return spa;
};

const nonceOf = (res: Response): string => String(res.locals.nonce);

/** Browsers name HTML when they open a page; programs, which do not, get a 404 for a path that nobody serves. */
const isNavigation = ({ path, headers }: Request): boolean =>
  path === '/' || (headers.accept?.includes('text/html') === true && !/\.\w+$/.test(path) && !path.startsWith('/api/'));
