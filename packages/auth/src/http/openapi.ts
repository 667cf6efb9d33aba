import { ERRORS, ErrorBody, type ErrorCode } from '@latchkey/contract';
import type { AnyTRPCRouter } from '@trpc/server';
import { generateOpenApiDocument, type OpenAPIObject } from 'trpc-to-openapi';
import type { CookiePolicy } from './cookies.ts';
import { listRestRoutes, type RestRoute } from './rest-bridge.ts';

interface OpenApiOptions {
  publicUrl: URL;
  cookies: CookiePolicy;
  /** Whether `Authorization: Bearer` says who calls, too. */
  takesBearers: boolean;
}

/** The REST API as OpenAPI 3.1, from the same metadata that the bridge serves. */
export const describeApi = (
  router: AnyTRPCRouter,
  { publicUrl, cookies, takesBearers }: OpenApiOptions,
): OpenAPIObject => {
  const routes = listRestRoutes(router);
  const securitySchemes: Record<string, SecurityScheme> = {
    session: { type: 'apiKey', in: 'cookie', name: cookies.name },
    ...(takesBearers && { bearer: { type: 'http', scheme: 'bearer' } }),
  };
  const security = Object.keys(securitySchemes).map((name) => ({ [name]: [] }));
  const document = generateOpenApiDocument(router as Parameters<typeof generateOpenApiDocument>[0], {
    title: 'Latchkey',
    description:
      'Login on many devices, every session visible and revocable. Every failure has the shape of `Error`; its `code` is the outcome. ' +
      'A request that changes something and carries the session cookie needs an `Origin` header that is allowed; browsers send it by themselves. ' +
      '`x-required-scope` is what an app token must have been made for; operations for people have none, and refuse app tokens.',
    version: '0.1.0',
    baseUrl: '/api/v1',
    tags: ['Authentication', 'Account', 'Sessions', 'Tokens', 'Administration'],
    openApiVersion: '3.1.0',
    paths: { ...forwardAuth(security), ...streamsOf(routes, security) },
    defs: { Error: ErrorBody },
    securitySchemes,
  });
  // The first one is wherever the page was opened; the second one is for programs.
  document.servers?.push({ url: new URL('/api/v1', publicUrl).href });
  for (const route of routes) {
    const operation = document.paths?.[route.path]?.[route.method];
    if (operation === undefined) continue;
    if (route.scope !== null) Object.assign(operation, { 'x-required-scope': route.scope });
    operation.responses = { ...successOf(route, operation.responses), ...failuresOf(route, operation) };
  }
  return document;
};

type SecurityScheme = NonNullable<Parameters<typeof generateOpenApiDocument>[1]['securitySchemes']>[string];
type Paths = NonNullable<Parameters<typeof generateOpenApiDocument>[1]['paths']>;

type Security = Record<string, string[]>[];

/** The one route that is no procedure. */
const forwardAuth = (security: Security): Paths => ({
  '/auth/forward': {
    get: {
      operationId: 'forward-auth',
      summary: 'Tell a reverse proxy who calls',
      description:
        'For nginx auth_request, Traefik ForwardAuth and Caddy forward_auth. With `?redirect=login`, people without a session are sent to the login page.',
      tags: ['Sessions'],
      security,
      'x-required-scope': 'services',
      responses: {
        200: { description: 'An active session; `X-Auth-User`, `X-Auth-Session` and `X-Auth-Role` say whose.' },
        302: { description: 'To the login page.' },
        401: { description: '`UNAUTHENTICATED` or `SESSION_ENDED`' },
        500: { description: '`INTERNAL`' },
        503: { description: '`UNAVAILABLE`' },
      },
    },
  },
});

/** Subscriptions, which the generator leaves out. */
const streamsOf = (routes: RestRoute[], security: Security): Paths =>
  Object.fromEntries(
    routes.flatMap(({ name, path, stream }) => {
      if (stream === null) return [];
      const { tags, summary, description, data } = stream;
      const lastEventId = { name: 'Last-Event-ID', in: 'header', schema: { type: 'string', format: 'uuid' } } as const;
      const content = { 'text/event-stream': { schema: data } };
      const responses = { 200: { description: 'The data of each `change` event', content } };
      const operationId = name.replaceAll('.', '-');
      return [
        [path, { get: { operationId, summary, description, tags, security, parameters: [lastEventId], responses } }],
      ];
    }),
  );

type Responses = Record<string, { description: string; content?: unknown; headers?: unknown }>;

const successOf = ({ successes }: RestRoute, responses: Responses | undefined): Responses =>
  Object.fromEntries(
    successes.map(({ status, answer }, index) => {
      if (status === 204) return [status, { description: 'Done; no body.' }];
      const content = responses?.['200']?.content;
      const own = answer === null ? content : optionOf(content, index);
      return [status, { ...responses?.['200'], content: own, description: 'Successful response' }];
    }),
  );

/** Of the schema of a union, the one option that goes with a status. */
const optionOf = (content: unknown, index: number): unknown => {
  const { schema } = (content as Record<string, { schema?: { anyOf?: unknown[] } }>)['application/json'] ?? {};
  return { 'application/json': { schema: schema?.anyOf?.[index] ?? {} } };
};

/** Every status that can occur, with the codes of the error table behind it. */
const failuresOf = ({ fields, method, errors }: RestRoute, { security }: { security?: unknown[] }): Responses => {
  const codes: ErrorCode[] = ['RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE'];
  if (Object.keys(fields).length > 0) codes.push('VALIDATION_FAILED');
  if (method !== 'get') codes.push('ORIGIN_REFUSED');
  if (method === 'post' || method === 'patch' || method === 'put')
    codes.push('BAD_REQUEST', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  if (security !== undefined) codes.push('UNAUTHENTICATED', 'SESSION_ENDED', 'FORBIDDEN');
  codes.push(...errors);

  const byStatus = Map.groupBy(new Set(codes), (code) => ERRORS[code][0]);
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, group]) => [status, failure(group)]));
};

const failure = (codes: ErrorCode[]): Responses[string] => ({
  description: codes.map((code) => `\`${code}\` ${ERRORS[code][1]}`).join('  \n'),
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/Error' },
      example: {
        error: {
          code: codes[0],
          message: codes[0] && ERRORS[codes[0]][1],
          details: null,
          traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        },
      },
    },
  },
});
