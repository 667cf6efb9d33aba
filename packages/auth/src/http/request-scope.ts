import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '../kernel/ports.ts';
import type { Caller } from '../kernel/principal.ts';
import type { Secrets } from '../kernel/secrets.ts';

/** The longest user agent that is stored; what comes after it tells nobody anything. */
const USER_AGENT_LENGTH = 512;

/** `version-traceid-parentid-flags` (W3C Trace Context §3.2). */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Gives each request a trace id, the caller's own if it sent one, and writes it into the answer. */
export const traceId =
  (secrets: Secrets): RequestHandler =>
  (req, res, next) => {
    const given = TRACEPARENT.exec(req.headers.traceparent?.toString() ?? '')?.[1];
    const id = given ?? secrets.createTraceId();
    res.locals.traceId = id;
    res.setHeader('X-Trace-Id', id);
    next();
  };

/** The trace id of a request that went through `traceId`. */
export const traceIdOf = (res: Response): string => String(res.locals.traceId ?? '');

/** Where a request comes from. The address honours the `trust proxy` setting of the Express app. */
export const callerOf = (req: Request, res: Response): Caller => ({
  ipAddress: req.ip?.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '') ?? null,
  userAgent: toPrintable(req.headers['user-agent']),
  traceId: traceIdOf(res),
});

const toPrintable = (value: string | undefined): string | null =>
  value?.slice(0, USER_AGENT_LENGTH).replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '') || null;

/** One line for each request that changed something or failed; reads that went well only at `debug`. */
export const requestLog =
  (logger: Logger): RequestHandler =>
  (req, res, next) => {
    const startedAt = performance.now();
    const path = req.originalUrl.split('?', 1)[0];
    res.once('finish', () => {
      const level = res.statusCode >= 400 || req.method !== 'GET' ? 'info' : 'debug';
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      logger[level](
        { traceId: traceIdOf(res), method: req.method, path, status: res.statusCode, durationMs },
        'request',
      );
    });
    next();
  };
