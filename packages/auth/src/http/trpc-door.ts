import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AnyTRPCProcedure, type AnyTRPCRouter, getTRPCErrorFromUnknown, getTRPCErrorShape } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { Logger } from '../kernel/ports.ts';
import type { Context } from '../trpc/context.ts';
import { describeError } from '../trpc/describe-error.ts';
import { callProcedure, openStream } from './call-procedure.ts';
import { type CreateContext, type Door, splitUrl } from './door.ts';
import { logError } from './error-handler.ts';
import { failed, sendEventStream, trpcStream } from './event-stream.ts';
import { readJsonBody } from './json-body.ts';
import { withLastEventId } from './rest-bridge.ts';
import { sendJson } from './send-json.ts';
import { decodePath, isJson, MAX_BATCH_SIZE, trpcEnvelope } from './trpc-envelope.ts';

interface TrpcDoorOptions {
  router: AnyTRPCRouter;
  createContext: CreateContext;
  logger: Logger;
}

/**
 * Serves tRPC. A single call, which a client sends plainly or as a batch of one, takes a short way of ours that
 * answers as the official adapter does, at a fraction of its cost; everything else goes to the adapter.
 */
export const createTrpcDoor = ({ router, createContext, logger }: TrpcDoorOptions): Door => {
  const procedures: Record<string, AnyTRPCProcedure> = router._def.procedures;
  const assertEnvelope = trpcEnvelope(procedures);
  const serveByAdapter = (req: IncomingMessage, res: ServerResponse, names: string): Promise<void> =>
    nodeHTTPRequestHandler({
      router,
      req: plainRequest(req, names),
      res,
      path: names,
      createContext: async () => createContext(req, res),
      maxBatchSize: MAX_BATCH_SIZE,
      onError: ({ error, ctx }) => logError(logger, error, (ctx as Context | undefined)?.caller.traceId ?? ''),
      responseMeta: ({ errors }) => ({ headers: retryAfterOf(errors) }),
    });

  const serveSingle = async (
    { name, procedure, isBatch, input }: SingleCall,
    req: IncomingMessage,
    res: ServerResponse,
  ) => {
    const ctx = createContext(req, res);
    const { type } = procedure._def;
    const answer = await callProcedure(procedure, { name, ctx, input }).then(
      (data) => ({ status: 200, body: { result: { data } } }),
      (cause: unknown) => {
        const error = getTRPCErrorFromUnknown(cause);
        logError(logger, error, ctx.caller.traceId);
        for (const [header, value] of Object.entries(retryAfterOf([error]))) res.setHeader(header, value);
        const shape = getTRPCErrorShape({ config: router._def._config, error, type, path: name, input, ctx });
        return { status: shape.data.httpStatus, body: { error: shape } };
      },
    );
    res.appendHeader('Vary', 'trpc-accept, accept');
    sendJson(res, answer.status, isBatch ? [answer.body] : answer.body, 'application/json');
  };

  const serveSubscription = async (
    { name, procedure, input }: SingleCall,
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<void> => {
    const call = { name, ctx: createContext(req, res), input: withLastEventId(input, req) };
    // Its client reads failures off the stream, even that of its beginning.
    const items = await openStream(procedure, call).catch(failed);
    await sendEventStream(req, res, { items, format: trpcStream, logger });
  };

  return async (req, res, path) => {
    const body = req.method === 'POST' ? await readJsonBody(req, res) : undefined;
    const single = readSingleCall(req, { procedures, path, body });
    if (single?.procedure._def.type === 'subscription') return serveSubscription(single, req, res);
    if (single !== null) return serveSingle(single, req, res);
    const names = assertEnvelope(req, res, path);
    await serveByAdapter(Object.assign(req, { body }), res, names);
  };
};

/**
 * What the adapter gets to see. It would stream an answer to whoever asks for it, and so send the headers before a
 * procedure runs, too late for a cookie: plain JSON is all that is offered. And it would stumble over an odd `Host`
 * or over parameters of connections that are none before there is a trace id to tell.
 */
const plainRequest = (req: IncomingMessage, names: string): IncomingMessage => {
  const parameters = new URLSearchParams(splitUrl(req).search);
  parameters.delete('connectionParams');
  req.url = `/${names}?${parameters}`;
  req.headers = { ...req.headers, host: 'localhost', accept: 'application/json', 'trpc-accept': 'application/json' };
  return req;
};

interface SingleCall {
  name: string;
  procedure: AnyTRPCProcedure;
  isBatch: boolean;
  input: unknown;
}

interface Envelope {
  procedures: Record<string, AnyTRPCProcedure>;
  path: string;
  body: object | undefined;
}

const METHODS: Record<string, string> = { query: 'GET', mutation: 'POST', subscription: 'GET' };

/** The one call that a request carries in plain JSON; null for anything else, which is the adapter's to judge. */
const readSingleCall = (req: IncomingMessage, { procedures, path, body }: Envelope): SingleCall | null => {
  const name = path.includes('%') ? decodePath(path).slice(1) : path.slice(1);
  const procedure = Object.hasOwn(procedures, name) ? procedures[name] : undefined;
  if (procedure === undefined || METHODS[procedure._def.type] !== req.method) return null;
  // Whoever negotiates the format of the answer does so with the adapter; a stream has but one.
  if (req.headers['trpc-accept'] !== undefined && procedure._def.type !== 'subscription') return null;
  if (req.method === 'POST' && !isJson(req)) return null;

  const { search: text } = splitUrl(req);
  const search = text === '' ? null : new URLSearchParams(text);
  const isBatch = search?.get('batch') === '1';
  if (isBatch && procedure._def.type === 'subscription') return null;
  const given = req.method === 'GET' ? parseInput(search?.get('input') ?? '') : { value: body };
  if (given === null) return null;
  if (!isBatch || given.value === undefined) return { name, procedure, isBatch, input: given.value };
  const inputs = given.value;
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) return null;
  return {
    name,
    procedure,
    isBatch,
    input: Object.hasOwn(inputs, '0') ? (inputs as Record<string, unknown>)['0'] : undefined,
  };
};

const parseInput = (text: string): { value: unknown } | null => {
  if (text === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
};

const retryAfterOf = (errors: unknown[]): Record<string, string> => {
  const seconds = errors.map((error) => describeError(error, '').retryAfterSeconds ?? 0);
  const longest = Math.max(0, ...seconds);
  return longest === 0 ? {} : { 'Retry-After': String(longest) };
};
