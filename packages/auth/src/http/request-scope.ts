import type { IncomingMessage, ServerResponse } from 'node:http';
import { toAddress } from '../kernel/address.ts';
import type { Logger } from '../kernel/ports.ts';
import type { Caller } from '../kernel/principal.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { type AddressOf, type Step, splitUrl } from './door.ts';

/** The longest user agent that is stored; what comes after it tells nobody anything. */
const USER_AGENT_LENGTH = 512;

/** `version-traceid-parentid-flags` (W3C Trace Context §3.2). */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

const TRACE_HEADER = 'X-Trace-Id';

/** Gives each request a trace id, the caller's own if it sent one, and writes it into the answer. */
export const traceId =
  (secrets: Secrets): Step =>
  (req, res, next) => {
    const given = TRACEPARENT.exec(req.headers.traceparent?.toString() ?? '')?.[1];
    res.setHeader(TRACE_HEADER, given ?? secrets.createTraceId());
    next();
  };

/** The trace id of a request that went through `traceId`. */
export const traceIdOf = (res: ServerResponse): string => String(res.getHeader(TRACE_HEADER) ?? '');

/** What the caller says about its own span, if it is well-formed. */
export const traceparentOf = ({ headers: { traceparent } }: IncomingMessage): string | null =>
  typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : null;

/** Where a request comes from. */
export const callerOf = (req: IncomingMessage, res: ServerResponse, addressOf: AddressOf): Caller => ({
  ipAddress: toAddress(addressOf(req)),
  userAgent: toPrintable(req.headers['user-agent']),
  traceId: traceIdOf(res),
});

const toPrintable = (value: string | undefined): string | null =>
  value?.slice(0, USER_AGENT_LENGTH).replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '') || null;

/** One line for each request that changed something or failed; reads that went well only at `debug`. */
export const requestLog =
  (logger: Logger): Step =>
  (req, res, next) => {
    const startedAt = performance.now();
    const { path } = splitUrl(req);
    res.once('close', () => {
      const level = res.statusCode >= 400 || req.method !== 'GET' ? 'info' : 'debug';
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      const { method } = req;
      logger[level]({ traceId: traceIdOf(res), method, path, status: res.statusCode, durationMs }, 'request');
    });
    next();
  };
