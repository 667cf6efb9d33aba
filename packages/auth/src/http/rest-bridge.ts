import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '@latchkey/contract';
import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import type { z } from 'zod';
import { AuthError } from '../kernel/auth-error.ts';
import type { ProcedureMeta } from '../trpc/procedures.ts';
import { type CreateContext, type Door, splitUrl } from './door.ts';
import { readJsonBody } from './json-body.ts';
import { type FieldTypes, fieldTypesOf, parseQuery } from './query-values.ts';
import { createRouteTable, type FoundRoute } from './route-table.ts';
import { sendJson } from './send-json.ts';

/** One procedure and where it is found over REST. */
export interface RestRoute {
  name: string;
  procedure: AnyTRPCProcedure;
  method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  /** As OpenAPI writes it: `/auth/sessions/{id}`. */
  path: string;
  successStatus: number;
  /** What it refuses with, besides what all operations of its kind do. */
  errors: readonly ErrorCode[];
  /** Empty when it takes no input. */
  fields: FieldTypes;
}

/**
 * Serves every procedure that has a route in `meta.openapi` as plain REST: same context, same validation,
 * same errors. All that can be known of a route is worked out here, once.
 */
export const createRestBridge = (router: AnyTRPCRouter, createContext: CreateContext): Door => {
  const table = createRouteTable(listRestRoutes(router));
  return async (req, res, path) => {
    const found = table.find(req.method ?? 'GET', path);
    if (found.kind === 'nowhere') throw new AuthError('NOT_FOUND');
    if (found.kind === 'other-method') {
      res.setHeader('Allow', found.methods.join(', '));
      throw new AuthError('METHOD_NOT_ALLOWED');
    }
    const { procedure, name, successStatus } = found.route;
    const input = await readInput(found, req, res);
    const answer = await callProcedure(procedure, { name, ctx: createContext(req, res), input });
    if (successStatus === 204) res.writeHead(204).end();
    else sendJson(res, successStatus, answer);
  };
};

/** Every procedure with a route. */
export const listRestRoutes = (router: AnyTRPCRouter): RestRoute[] => {
  const procedures: Record<string, AnyTRPCProcedure> = router._def.procedures;
  return Object.entries(procedures).flatMap(([name, procedure]) => {
    const meta = procedure._def.meta as ProcedureMeta | undefined;
    if (meta?.openapi === undefined) return [];
    const [input] = inputsOf(procedure);
    return {
      name,
      procedure,
      method: meta.openapi.method.toLowerCase() as RestRoute['method'],
      path: meta.openapi.path,
      successStatus: meta.successStatus ?? 200,
      errors: meta.errors ?? [],
      fields: input === undefined ? {} : fieldTypesOf(input),
    };
  });
};

/** tRPC keeps the schemas of a procedure, and leaves them out of its public type. */
const inputsOf = ({ _def }: AnyTRPCProcedure): z.ZodType[] => ('inputs' in _def ? (_def.inputs as z.ZodType[]) : []);

interface ProcedureCall {
  name: string;
  ctx: object;
  input: unknown;
}

/** Calls a procedure past the router: which one it is has been found already. */
export const callProcedure = (procedure: AnyTRPCProcedure, { name, ctx, input }: ProcedureCall): Promise<unknown> => {
  const call = {
    path: name,
    type: procedure._def.type,
    ctx,
    getRawInput: async () => input,
    signal: undefined,
    batchIndex: 0,
  };
  return procedure(call as unknown as Parameters<typeof procedure>[0]);
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
