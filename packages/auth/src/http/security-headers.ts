import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Step } from './door.ts';

/** For answers that no browser should render: JSON, and nothing else. The same for each, so worked out once. */
export const apiSecurityHeaders = (isHttps: boolean): Step => {
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    ...ABOUT_DOCUMENTS_ONLY,
  });
  const headers = [...headersSetBy(protect), ['Cache-Control', 'no-store'] as const];
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
};

/** What JSON has no use for; each header costs a little with each answer. */
const ABOUT_DOCUMENTS_ONLY = {
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
} as const;

/** Lets a middleware that only sets headers do so once, and remembers them. */
const headersSetBy = (middleware: ReturnType<typeof helmet>): (readonly [string, string])[] => {
  const headers = new Map<string, string>();
  const recorder = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  middleware({} as IncomingMessage, recorder as unknown as ServerResponse, () => {});
  return [...headers];
};

export interface PageSecurityOptions {
  isHttps: boolean;
  /** Sources of styles besides the own origin, for example a nonce. */
  styleSources: (string | ((req: IncomingMessage, res: ServerResponse) => string))[];
}

/** For pages: everything from the own origin, no inline script, nobody's frame. */
export const pageSecurityHeaders = ({ isHttps, styleSources }: PageSecurityOptions): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", ...styleSources],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        // Helmet's own default, upgrade-insecure-requests, would break plain-http trials in a local network.
      },
    },
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
