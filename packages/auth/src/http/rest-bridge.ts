import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode, Scope } from '@latchkey/contract';
import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { z } from 'zod';
import { AuthError } from '../kernel/auth-error.ts';
import type { Logger } from '../kernel/ports.ts';
import { type ProcedureMeta, type StreamRoute, scopeOf } from '../trpc/procedures.ts';
import { callProcedure, openStream } from './call-procedure.ts';
import { type CreateContext, type Door, splitUrl } from './door.ts';
import { restStream, sendEventStream } from './event-stream.ts';
import { readJsonBody } from './json-body.ts';
import { type FieldTypes, fieldTypesOf, parseQuery } from './query-values.ts';
import { createRouteTable, type FoundRoute } from './route-table.ts';
import { sendJson } from './send-json.ts';

/** One way to succeed. `answer`: what is answered then, where there are several. */
interface Success {
  status: number;
  answer: z.ZodType | null;
}

/** One procedure and where it is found over REST. */
export interface RestRoute {
  name: string;
  procedure: AnyTRPCProcedure;
  method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  /** As OpenAPI writes it: `/auth/sessions/{id}`. */
  path: string;
  successes: readonly Success[];
  /** What it refuses with, besides what all operations of its kind do. */
  errors: readonly ErrorCode[];
  /** What an app token needs in order to call; null: none may, or nobody has to show who they are. */
  scope: Scope | null;
  /** Empty when it takes no input. */
  fields: FieldTypes;
  /** How a route is described that answers with server-sent events, for as long as the caller listens. */
  stream: StreamRoute | null;
}

interface RestBridgeOptions {
  router: AnyTRPCRouter;
  createContext: CreateContext;
  logger: Logger;
}

/**
 * Serves every procedure that has a route in `meta.openapi` as plain REST: same context, same validation,
 * same errors. All that can be known of a route is worked out here, once.
 */
export const createRestBridge = ({ router, createContext, logger }: RestBridgeOptions): Door => {
  const table = createRouteTable(listRestRoutes(router));
  return async (req, res, path) => {
    const found = table.find(req.method ?? 'GET', path);
    if (found.kind === 'nowhere') throw new AuthError('NOT_FOUND');
    if (found.kind === 'other-method') {
      res.setHeader('Allow', found.methods.join(', '));
      throw new AuthError('METHOD_NOT_ALLOWED');
    }
    const { procedure, name, successes, stream } = found.route;
    if (stream !== null && req.method === 'HEAD') {
      res.setHeader('Allow', 'GET');
      throw new AuthError('METHOD_NOT_ALLOWED');
    }
    const input = await readInput(found, req, res);
    const call = { name, ctx: createContext(req, res), input };
    if (stream !== null) {
      const items = await openStream(procedure, { ...call, input: withLastEventId(input, req) });
      return sendEventStream(req, res, { items, format: restStream, logger });
    }
    const answer = await callProcedure(procedure, call);
    const status = statusOf(successes, answer);
    if (status === 204) res.writeHead(204).end();
    else sendJson(res, status, answer);
  };
};

/** Every procedure with a route. */
export const listRestRoutes = (router: AnyTRPCRouter): RestRoute[] => {
  const procedures: Record<string, AnyTRPCProcedure> = router._def.procedures;
  return Object.entries(procedures).flatMap(([name, procedure]) => {
    const meta = procedure._def.meta as ProcedureMeta | undefined;
    const place = meta?.openapi ?? (meta?.stream && { method: 'GET', path: meta.stream.path });
    if (meta === undefined || place === undefined) return [];
    const [input] = inputsOf(procedure);
    return {
      name,
      procedure,
      stream: meta.stream ?? null,
      method: place.method.toLowerCase() as RestRoute['method'],
      path: place.path,
      successes: successesOf(procedure, meta),
      errors: meta.errors ?? [],
      scope: scopeOf(meta, procedure._def.type) ?? null,
      fields: input === undefined ? {} : fieldTypesOf(input),
    };
  });
};

const successesOf = ({ _def }: AnyTRPCProcedure, { successStatus = 200 }: ProcedureMeta): Success[] => {
  if (typeof successStatus === 'number') return [{ status: successStatus, answer: null }];
  const options = 'output' in _def && _def.output instanceof z.ZodUnion ? _def.output.options : [];
  return successStatus.map((status, index) => ({ status, answer: (options[index] as z.ZodType | undefined) ?? null }));
};

const statusOf = (successes: readonly Success[], answer: unknown): number => {
  const fitting = successes.find((success) => success.answer === null || success.answer.safeParse(answer).success);
  return fitting?.status ?? 200;
};

/** tRPC keeps the schemas of a procedure, and leaves them out of its public type. */
const inputsOf = ({ _def }: AnyTRPCProcedure): z.ZodType[] => ('inputs' in _def ? (_def.inputs as z.ZodType[]) : []);

/** A reader that comes back says what it has seen last in a header, because it cannot change its address. */
export const withLastEventId = (input: unknown, { headers }: IncomingMessage): unknown => {
  const lastEventId = headers['last-event-id'];
  return lastEventId === undefined ? input : { ...(input as object | undefined), lastEventId };
};

const readInput = async (
  { route, parameters }: FoundRoute<RestRoute>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<unknown> => {
  const takesQuery = route.method === 'get' || route.method === 'delete';
  const body = takesQuery ? undefined : await readJsonBody(req, res);
  if (Object.keys(route.fields).length === 0) return undefined;
  // A body that is no object goes to the schema as it is, which refuses it.
  const given = takesQuery ? parseQuery(splitUrl(req).search, route.fields) : (body ?? {});
  const names = Object.keys(parameters);
  if (names.length === 0) return given;
  const twice = names.find((name) => Object.hasOwn(given, name));
  if (twice !== undefined) {
    throw new AuthError('VALIDATION_FAILED', { details: [{ path: twice, message: 'Say this in the path only.' }] });
  }
  return { ...given, ...parameters };
};
