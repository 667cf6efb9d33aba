import type { ErrorCode } from '@latchkey/contract';
import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { z } from 'zod';
import { AuthError } from '../kernel/auth-error.ts';
import type { Context } from '../trpc/context.ts';
import type { ProcedureMeta } from '../trpc/procedures.ts';
import { jsonBody } from './json-body.ts';
import { type FieldTypes, fieldTypesOf, parseQuery } from './query-values.ts';

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

type CreateContext = (req: Request, res: Response) => Context;

/**
 * Serves every procedure that has a route in `meta.openapi` as plain REST: same context, same validation,
 * same errors. All that can be known of a route is worked out here, once.
 */
export const createRestBridge = (router: AnyTRPCRouter, createContext: CreateContext): Router => {
  const bridge = express.Router({ caseSensitive: true, strict: true });
  const routes = listRestRoutes(router).sort(staticPathsFirst);
  const parseBody = jsonBody();
  for (const route of routes) {
    const handlers = takesQuery(route) ? [] : [parseBody];
    bridge[route.method](toExpressPath(route.path), ...handlers, serve(route, createContext));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    bridge.all(toExpressPath(path), refuseMethod(methods));
  }
  return bridge;
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

/** `/auth/sessions/all` is asked before `/auth/sessions/{id}`. */
const staticPathsFirst = (a: RestRoute, b: RestRoute): number =>
  Number(a.path.includes('{')) - Number(b.path.includes('{'));

const toExpressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const takesQuery = ({ method }: RestRoute): boolean => method === 'get' || method === 'delete';

const serve = (route: RestRoute, createContext: CreateContext): RequestHandler => {
  const { name, procedure, successStatus, fields } = route;
  const hasInput = Object.keys(fields).length > 0;
  const readInput = takesQuery(route) ? readQuery : readBody;
  return async (req, res) => {
    const answer: unknown = await procedure({
      path: name,
      type: procedure._def.type,
      ctx: createContext(req, res),
      getRawInput: async () => (hasInput ? withPathParameters(readInput(req, fields), req) : undefined),
      signal: undefined,
      batchIndex: 0,
    } as unknown as Parameters<typeof procedure>[0]);
    res.status(successStatus);
    if (successStatus === 204) res.end();
    else res.json(answer);
  };
};

const readQuery = (req: Request, fields: FieldTypes): Record<string, unknown> => {
  const start = req.url.indexOf('?');
  return parseQuery(start < 0 ? '' : req.url.slice(start), fields);
};

/** A body that is no object goes to the schema as it is, which refuses it. */
const readBody = (req: Request): Record<string, unknown> => (req.body === undefined ? {} : req.body);

const withPathParameters = (given: Record<string, unknown>, { params }: Request): unknown => {
  const names = Object.keys(params);
  if (names.length === 0) return given;
  const twice = names.find((name) => Object.hasOwn(given, name));
  if (twice !== undefined) {
    throw new AuthError('VALIDATION_FAILED', { details: [{ path: twice, message: 'Say this in the path only.' }] });
  }
  return { ...given, ...params };
};

const refuseMethod =
  (methods: string[]): RequestHandler =>
  (_req, res, next) => {
    res.setHeader('Allow', methods.join(', '));
    next(new AuthError('METHOD_NOT_ALLOWED'));
  };
