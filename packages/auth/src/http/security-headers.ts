import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** For answers that no browser should render: JSON, and nothing else. */
export const apiSecurityHeaders = (isHttps: boolean): RequestHandler[] => [
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'no-referrer' },
  }),
  (_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  },
];

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
  });
