import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTrackedEnvelope } from '@trpc/server';
import type { Logger } from '../kernel/ports.ts';
import { describeError, toTrpcShape } from '../trpc/describe-error.ts';
import { type ErrorFormat, logError, restFormat } from './error-handler.ts';
import { traceIdOf } from './request-scope.ts';

/** How a door writes server-sent events (HTML Living Standard §9.2). */
export interface StreamFormat {
  opening: string;
  item(data: string, id: string | null): string;
  ping: string;
  failure: ErrorFormat;
  failureEvent: string;
  /** After the last item of a stream that came to its end. */
  closing: string;
}

/** Proxies close what is silent for a minute. */
const PING_MS = 20_000;

/** A client that has heard nothing for so long takes the connection for dead. */
const SILENCE_MS = 50_000;

/** A reader who takes nothing of what there is for so long is gone, or wants to hold the connection. */
const STALLED_MS = 60_000;

export const restStream: StreamFormat = {
  opening: '',
  item: (data, id) => `event: change\n${id === null ? '' : `id: ${id}\n`}data: ${data}\n\n`,
  ping: ': ping\n\n',
  failure: restFormat,
  failureEvent: 'ended',
  closing: '',
};

/** As tRPC's `httpSubscriptionLink` reads it. */
export const trpcStream: StreamFormat = {
  opening: `event: connected\ndata: ${JSON.stringify({ reconnectAfterInactivityMs: SILENCE_MS })}\n\n`,
  item: (data, id) => `data: ${data}\n${id === null ? '' : `id: ${id}\n`}\n`,
  ping: 'event: ping\ndata: \n\n',
  failure: ({ status, payload }) => toTrpcShape(status, payload),
  failureEvent: 'serialized-error',
  closing: 'event: return\ndata: \n\n',
};

interface EventStreamOptions {
  items: AsyncIterable<unknown>;
  format: StreamFormat;
  logger: Logger;
}

/** Sends what a subscription yields until it ends, fails, or the reader leaves. */
export const sendEventStream = async (
  req: IncomingMessage,
  res: ServerResponse,
  { items, format, logger }: EventStreamOptions,
): Promise<void> => {
  const reader = items[Symbol.asyncIterator]();
  if (res.destroyed) return void (await reader.return?.());
  const gone = new AbortController();
  res.once('close', () => {
    gone.abort();
    void reader.return?.();
  });
  // It may stay silent for hours, which is no reason to hang up.
  req.socket.setTimeout(0);
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  res.write(`retry: ${retryMsOf(res)}\n\n${format.opening}`);
  const pings = setInterval(() => res.write(format.ping), PING_MS).unref();
  try {
    for (let item = await reader.next(); item.done !== true; item = await reader.next()) {
      const isWritable = res.write(toEvent(item.value, format));
      if (!isWritable) await untilTaken(res, gone.signal);
    }
    res.write(format.closing);
  } catch (error) {
    logError(logger, error, traceIdOf(res));
    const failure = JSON.stringify(format.failure(describeError(error, traceIdOf(res))));
    res.write(`event: ${format.failureEvent}\ndata: ${failure}\n\n`);
  } finally {
    clearInterval(pings);
    req.socket.setTimeout(STALLED_MS);
    res.end();
  }
};

const untilTaken = async (res: ServerResponse, gone: AbortSignal): Promise<void> => {
  const stalled = AbortSignal.timeout(STALLED_MS);
  await once(res, 'drain', { signal: AbortSignal.any([gone, stalled]) }).catch(() => {
    if (stalled.aborted) res.destroy();
  });
};

/** What a subscription that could not begin looks like to a reader for whom the stream is open already. */
export const failed = (error: unknown): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
});

const toEvent = (value: unknown, format: StreamFormat): string =>
  isTrackedEnvelope(value) ? format.item(JSON.stringify(value[1]), value[0]) : format.item(JSON.stringify(value), null);

/** Between one and three seconds, so that the readers of a restarted service do not all come at once. */
const retryMsOf = (res: ServerResponse): number => 1000 + (Number.parseInt(traceIdOf(res).slice(-4), 16) % 2000);
