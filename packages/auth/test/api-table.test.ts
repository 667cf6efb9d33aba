import { ERRORS } from '@latchkey/contract';
import { expect, test } from 'vitest';
import { listRestRoutes } from '../src/http/rest-bridge.ts';
import { Browser } from './browser.ts';
import { createFullAuth } from './create-full-auth.ts';

const HEADER = `# The API

All operations, made from the same metadata as the OpenAPI document (\`/api/v1/openapi.json\`, Swagger UI at \`/docs\`), which has the types, bounds and examples of all fields. The paths are below \`/api/v1\`; the procedures are served at \`/trpc\`. Both give the same results, the same errors and the same limits.

- **Who** may call: *anyone*; *session*: whoever is logged in; *recent*: whoever proved the password within \`REAUTH_WINDOW_MINUTES\`, otherwise 403 \`REAUTH_REQUIRED\`; *admin*: a session of an administrator. The scope behind it is what an [app token](app-tokens.md#scopes) must have been made for; where there is none, app tokens are refused.
- **Takes**: the body of a \`POST\` or \`PATCH\`, the query of a \`GET\`. A \`?\` marks what may be left out. Unknown fields are refused.
- **Lists** answer \`items\` and \`nextCursor\`; \`limit\` is 1 to 100, and \`cursor\` is the \`nextCursor\` of the page before.
- Instants are ISO 8601 in UTC, ids are UUIDs.
- A request that changes something and carries the cookie says where it comes from ([decision 7](decisions/0007-cross-site-requests.md)).
- Besides: \`GET /health\` (the process is alive) and \`GET /ready\` (it can serve), at the root.
`;

const FAILURES = `
## Failures

Every failure has one shape; on tRPC's wire it is in \`error.data\`. \`code\` is the outcome and never changes, \`message\` is for people, \`details\` is null or structured, \`traceId\` is in the log and in the header \`X-Trace-Id\`. 429 and 503 come with \`Retry-After\`. Which operation fails with what is in the OpenAPI document.

\`\`\`json
{ "error": { "code": "SESSION_ENDED", "message": "Your session has ended. Please log in again.",
             "details": { "reason": "revoked" }, "traceId": "4bf92f3577b34da6a3ce929d0e0e4736" } }
\`\`\`

| status | code | message |
|---|---|---|
`;

/** A JSON schema, as far as it is looked at here. */
interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
}

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security?: unknown[];
  'x-required-scope'?: string;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

interface Row {
  method: string;
  path: string;
  operation: Operation;
}

const code = (text: string): string => `\`${text}\``;

const listOf = (names: string[], required: string[]): string =>
  names.map((name) => (required.includes(name) ? name : `${name}?`)).join(', ');

/** In few words: the name of a schema, or the names of its fields. */
const shapeOf = ({ $ref, type, properties = {}, items, anyOf }: Schema): string => {
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? '';
  if (anyOf !== undefined) return anyOf.map(shapeOf).join(' or ');
  if (items !== undefined) return `${shapeOf(items)}[]`;
  if (type !== 'object') return type ?? '…';
  const fields = Object.entries(properties).map(([name, field]) =>
    field.items?.$ref === undefined ? name : `${name}: ${shapeOf(field)}`,
  );
  return `{ ${fields.join(', ')} }`;
};

const takenBy = ({ parameters = [], requestBody }: Operation): string => {
  const query = parameters.filter((parameter) => parameter.in !== 'path');
  const required = query.filter((parameter) => parameter.required).map(({ name }) => name);
  const { properties = {}, required: inBody = [] } = requestBody?.content['application/json']?.schema ?? {};
  const names = query.map(({ name }) => name);
  const parts = [listOf(names, required), listOf(Object.keys(properties), inBody)].filter((part) => part !== '');
  return parts.length === 0 ? '' : code(parts.join(', '));
};

const answersOf = ({ responses }: Operation): string =>
  Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, { content = {} }]) => {
      const [[type, { schema }] = ['', { schema: {} }]] = Object.entries(content);
      if (type === '') return status;
      return type === 'application/json' ? `${status} ${code(shapeOf(schema))}` : `${status} ${code(type)}`;
    })
    .join('<br>');

const whoCalls = ({ security, tags, 'x-required-scope': scope }: Operation, errors: readonly string[]): string => {
  if (security === undefined) return 'anyone';
  const suffix = scope === undefined ? '' : `<br>${code(scope)}`;
  if (tags.includes('Administration')) return `admin${suffix}`;
  return `${errors.includes('REAUTH_REQUIRED') ? 'recent' : 'session'}${suffix}`;
};

test('the documentation has every operation, and every failure', async () => {
  await using t = await createFullAuth();
  const { body } = await new Browser(t).rest('GET', '/openapi.json');
  const routes = listRestRoutes(t.auth.router);
  const rows: Row[] = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );
  const rowOf = ({ method, path, operation }: Row): string => {
    const route = routes.find((candidate) => candidate.method === method && candidate.path === path);
    const { summary, description } = operation;
    const cells = [
      `${code(`${method.toUpperCase()} ${path}`)}<br>${route === undefined ? 'REST only' : code(route.name)}`,
      whoCalls(operation, route?.errors ?? []),
      takenBy(operation),
      answersOf(operation),
      description === undefined ? `${summary}.` : `${summary}. ${description}`,
    ];
    return `| ${cells.join(' | ')} |`;
  };
  const sections = body.tags.map(({ name }: { name: string }) => {
    const own = rows.filter(({ operation }) => operation.tags.includes(name));
    return `\n## ${name}\n\n| REST and tRPC | who | takes | answers | |\n|---|---|---|---|---|\n${own.map(rowOf).join('\n')}\n`;
  });
  const failures = Object.entries(ERRORS).map(
    ([name, [status, message]]) => `| ${status} | ${code(name)} | ${message} |`,
  );
  const page = `${HEADER}${sections.join('')}${FAILURES}${failures.join('\n')}\n`;

  // What a tag says of who may call is what the procedures do: each one for administrators refuses others.
  for (const { name, errors } of routes.filter((route) => route.path.startsWith('/admin/')))
    expect(errors, name).toContain('FORBIDDEN');
  for (const { path, method } of rows) expect(page).toContain(code(`${method.toUpperCase()} ${path}`));
  await expect(page).toMatchFileSnapshot('../../../docs/api.md');
});
