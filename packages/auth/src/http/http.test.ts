import { connect } from 'node:net';
import express from 'express';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { Browser, registered } from '../../test/browser.ts';
import { createTestAuth, PASSWORD, type TestAuth } from '../../test/create-test-auth.ts';

const TRACE_ID = /^[0-9a-f]{32}$/;
const credentials = { email: 'ada@example.com', password: PASSWORD };

describe('the error contract', () => {
  test.each([
    ['GET', '/api/v1/nope', 404, 'NOT_FOUND'],
    ['GET', '/api/v1/ME', 404, 'NOT_FOUND'],
    ['GET', '/nope', 404, 'NOT_FOUND'],
    ['PUT', '/api/v1/me', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/v1/auth/login', 405, 'METHOD_NOT_ALLOWED'],
    ['PUT', '/api/v1/admin/users', 405, 'METHOD_NOT_ALLOWED'],
  ] as const)('%s %s is answered with %i %s', async (method, path, status, code) => {
    await using t = await createTestAuth();
    const response = await request(t.url)[method.toLowerCase() as 'get'](path);
    expect(response.status).toBe(status);
    expect(response.body).toEqual({
      error: { code, message: expect.any(String), details: null, traceId: response.get('x-trace-id') },
    });
    expect(response.get('x-trace-id')).toMatch(TRACE_ID);
  });

  test('405 says which methods there are', async () => {
    await using t = await createTestAuth();
    expect((await request(t.url).put('/api/v1/me')).get('allow')?.split(', ').sort()).toEqual([
      'DELETE',
      'GET',
      'PATCH',
    ]);
  });

  test.each([
    ['/trpc/nope', 'GET', 404, 'NOT_FOUND'],
    ['/trpc/auth.login', 'GET', 405, 'METHOD_NOT_ALLOWED'],
    ['/trpc/auth.login', 'PUT', 405, 'METHOD_NOT_ALLOWED'],
    ['/trpc/auth.logout', 'POST', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ] as const)('%s by %s is answered on the tRPC wire with %i %s', async (path, method, status, code) => {
    await using t = await createTestAuth();
    const response = await request(t.url)[method.toLowerCase() as 'get'](path);
    expect(response.status).toBe(status);
    expect(response.body.error.code).toEqual(expect.any(Number));
    expect(response.body.error.data).toMatchObject({
      code,
      details: null,
      httpStatus: status,
      traceId: response.get('x-trace-id'),
    });
  });

  test('a tRPC input that is no JSON is refused', async () => {
    await using t = await createTestAuth();
    const ada = await registered(t, 'ada@example.com');
    const { status, body } = await request(t.url)
      .get('/trpc/sessions.list?input=%7B')
      .set('cookie', ada.cookie ?? '');
    expect([status, body.error.data.code]).toEqual([400, 'BAD_REQUEST']);
  });

  test('a body without an announced length is refused at the limit', async () => {
    await using t = await createTestAuth();
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const head =
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await exchange(t, head + chunk + chunk)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.each([
    ['bad JSON', 'application/json', '{"email":', 400, 'BAD_REQUEST'],
    ['JSON that is no object', 'application/json', '"text"', 400, 'BAD_REQUEST'],
    ['null', 'application/json', 'null', 400, 'BAD_REQUEST'],
    ['a form', 'application/x-www-form-urlencoded', 'email=a', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['plain text', 'text/plain', '{}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a multipart form', 'multipart/form-data; boundary=x', '--x--', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['an unknown charset', 'application/json; charset=klingon', '{}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['100 kB', 'application/json', JSON.stringify({ email: 'x'.repeat(100_000) }), 413, 'PAYLOAD_TOO_LARGE'],
  ])('a body of %s is refused at both doors', async (_what, type, body, status, code) => {
    await using t = await createTestAuth();
    const rest = await request(t.url).post('/api/v1/auth/login').set('content-type', type).send(body);
    const trpc = await request(t.url).post('/trpc/auth.login').set('content-type', type).send(body);
    expect([rest.status, rest.body.error.code]).toEqual([status, code]);
    expect([trpc.status, trpc.body.error.data.code]).toEqual([status, code]);
  });

  test('a body that announces 150 MB is refused before it is read', async () => {
    await using t = await createTestAuth();
    for (const path of ['/api/v1/auth/login', '/trpc/auth.login']) {
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 157286400\r\n\r\n{`;
      expect(await exchange(t, head)).toMatch(/^HTTP\/1\.1 413 /);
    }
  });

  test('an internal error says nothing of itself, and the log has all of it under the trace id', async () => {
    await using t = await createTestAuth();
    const ada = await registered(t, 'ada@example.com');
    await t.database.query('alter table auth.session rename column device_label to something_else');

    const rest = await ada.rest('GET', '/auth/sessions');
    const trpc = await ada.query('sessions.list', {});

    for (const { status, text } of [rest, trpc]) {
      expect(status).toBe(500);
      expect(text).toContain('Something went wrong on our side.');
      expect(text).not.toMatch(/something_else|device_label|column|select|at \w+ \(/i);
    }
    const line = t.log.find(({ level, fields }) => level === 'error' && fields.traceId === rest.get('x-trace-id'));
    expect(line?.fields.err).toMatchObject({ message: expect.stringContaining('device_label') });
  });
});

describe('requests that are made to upset', () => {
  test('an address of thousands of parameters costs nothing', async () => {
    await using t = await createTestAuth();
    const ada = await registered(t, 'ada@example.com');
    const search = Array.from({ length: 3000 }, (_, index) => `p${index}=`)
      .join('&')
      .slice(0, 15_000);
    const { status, body, text } = await ada.rest('GET', `/auth/sessions?${search}`);
    expect([status, body.error.code]).toEqual([400, 'BAD_REQUEST']);
    expect(text.length).toBeLessThan(500);
  });

  test('an answer is no longer than it needs to be, however many fields are wrong', async () => {
    await using t = await createTestAuth();
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`field-${index}`, 1]));
    const long = { ['x'.repeat(50_000)]: 1 };
    for (const body of [many, long]) {
      const { status, text } = await new Browser(t).rest('POST', '/auth/login', { body });
      expect(status).toBe(400);
      expect(text.length).toBeLessThan(4000);
    }
  });

  test.each([
    ['bad percent-encoding', 'GET', '/trpc/%', undefined],
    ['bad percent-encoding in a batch', 'GET', '/trpc/auth.me,%ff?batch=1', undefined],
    ['deep JSON', 'POST', '/trpc/auth.login?batch=1', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    [
      'deep JSON below two calls',
      'POST',
      '/trpc/auth.login,auth.login?batch=1',
      `{"0":${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}}`,
    ],
    ['a list for a batch', 'POST', '/trpc/auth.login?batch=1', '[]'],
    ['parameters of a connection', 'GET', '/trpc/auth.me,auth.config?batch=1&connectionParams=1', undefined],
    ['two logins behind an encoded comma', 'POST', '/trpc/auth.login%2Cauth.me?batch=1', '{}'],
    ['a name out of the prototype', 'GET', '/trpc/constructor', undefined],
    ['deep JSON over REST', 'POST', '/api/v1/auth/login', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['bad percent-encoding over REST', 'GET', '/api/v1/admin/users/%ff', undefined],
  ] as const)('%s gets a 4xx with a trace id', async (_what, method, path, body) => {
    await using t = await createTestAuth();
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(t.url + path, { method, headers, ...(body !== undefined && { body }) });
    // Some of the calls in a batch may have gone well.
    const answer = (await response.json()) as { error?: { data?: object } } | { error?: { data?: object } }[];
    const failures = [answer].flat().flatMap(({ error }) => (error === undefined ? [] : [error.data ?? error]));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: expect.not.stringMatching('INTERNAL'),
        traceId: response.headers.get('x-trace-id'),
      });
    }
    expect(response.status).toBeLessThan(500);
  });

  test('an odd Host does not matter', async () => {
    await using t = await createTestAuth();
    const answer = await exchange(
      t,
      'GET /trpc/auth.config,auth.config?batch=1 HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a login whose answer is asked for as a stream is a whole login', async () => {
    await using t = await createTestAuth();
    await registered(t, 'ada@example.com');
    const response = await request(t.url)
      .post('/trpc/auth.login?batch=1')
      .set({ 'trpc-accept': 'application/jsonl', accept: 'application/jsonl' })
      .send({ 0: credentials });
    expect(response.status).toBe(200);
    expect(response.get('content-type')).toMatch(/^application\/json/);
    expect(response.get('set-cookie')).toHaveLength(2);
  });

  test('a no-break space in front does not make a cookie ours', async () => {
    await using t = await createTestAuth({ publicUrl: 'https://auth.example.com' });
    const ada = await registered(t, 'ada@example.com');
    const head = `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: \u00a0${ada.cookie}\r\n\r\n`;
    expect(await exchange(t, Buffer.from(head, 'latin1'))).toMatch(/^HTTP\/1\.1 401 /);
    expect(await exchange(t, head.replace('\u00a0', ' \t'))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('an id in capital letters is the same id', async () => {
    await using t = await createTestAuth();
    const ada = await registered(t, 'ada@example.com');
    const { id } = (await ada.rest('GET', '/auth/session')).body;
    expect((await ada.rest('DELETE', `/auth/sessions/${id.toUpperCase()}`)).status).toBe(204);
    expect(ada.cookie).toBeNull();
  });
});

describe('tRPC batches', () => {
  test('1,000 logins in one batch are refused, and no password is checked', async () => {
    await using t = await createTestAuth();
    await registered(t, 'ada@example.com');
    const names = Array.from({ length: 1000 }, () => 'auth.login').join(',');
    const short = await request(t.url).post(`/trpc/${names}?batch=1`).send({ 0: credentials });
    const long = await request(t.url)
      .post(`/trpc/${names}?batch=1`)
      .send(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [index, credentials])));
    expect([short.status, short.body.error.data.code]).toEqual([400, 'BAD_REQUEST']);
    expect([long.status, long.body.error.data.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect((await t.events()).filter(({ type }) => type.startsWith('user.login'))).toEqual([]);
  });

  test('11 calls are one too many; 10 are served', async () => {
    await using t = await createTestAuth();
    const batchOf = (count: number) =>
      request(t.url).get(`/trpc/${Array.from({ length: count }, () => 'auth.config').join(',')}?batch=1&input=%7B%7D`);
    expect((await batchOf(11)).body.error.data).toMatchObject({
      code: 'BAD_REQUEST',
      message: 'A batch may carry 10 calls at most.',
    });
    expect((await batchOf(10)).body).toHaveLength(10);
  });

  test('queries and mutations do not mix', async () => {
    await using t = await createTestAuth();
    const { status, body } = await request(t.url).post('/trpc/auth.config,auth.login?batch=1').send({});
    expect([status, body.error.data.code]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('requests from elsewhere', () => {
  const withCookie = async (t: TestAuth, headers: Record<string, string>, path = '/api/v1/auth/logout') => {
    const ada = await registered(t, `${Math.random()}@example.com`);
    const call = request(t.url)
      .post(path)
      .set('cookie', ada.cookie ?? '')
      .set(headers);
    const response = await (path.startsWith('/trpc') ? call.set('content-type', 'application/json') : call);
    const code = response.body.error?.data?.code ?? response.body.error?.code;
    return { status: response.status, code, isStillLoggedIn: (await ada.rest('GET', '/me')).status === 200 };
  };

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a sibling subdomain', { 'sec-fetch-site': 'same-site', origin: 'http://sibling.localhost:4000' }],
    ['another site, from an old browser', { origin: 'https://evil.example' }],
    ['a sandboxed frame', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['an origin that only begins alike', { origin: 'http://localhost:4000.evil.example' }],
    ['the own host on another port', { origin: 'http://localhost:4001' }],
    ['nowhere in particular', {}],
    ['another site without Origin', { 'sec-fetch-site': 'cross-site' }],
  ])('%s cannot use the cookie', async (_where, headers) => {
    await using t = await createTestAuth();
    for (const path of ['/api/v1/auth/logout', '/trpc/auth.logout']) {
      expect(await withCookie(t, headers as Record<string, string>, path)).toEqual({
        status: 403,
        code: 'ORIGIN_REFUSED',
        isStillLoggedIn: true,
      });
    }
  });

  test.each([
    ['the own page', { 'sec-fetch-site': 'same-origin' }],
    ['the own origin', { origin: 'http://localhost:4000' }],
    ['an origin of the setting', { origin: 'https://app.example.com', 'sec-fetch-site': 'same-site' }],
  ])('%s can', async (_where, headers) => {
    await using t = await createTestAuth({ corsOrigins: ['https://app.example.com'] });
    expect(await withCookie(t, headers)).toMatchObject({ status: 204, isStillLoggedIn: false });
  });

  test('in a local network without TLS the host that was asked for is the own one', async () => {
    await using t = await createTestAuth();
    expect((await withCookie(t, { host: '192.168.1.20:4000', origin: 'http://192.168.1.20:4000' })).status).toBe(204);
  });

  test('with TLS it is not: who controls http must not reach https', async () => {
    await using t = await createTestAuth({ publicUrl: 'https://auth.example.com' });
    const ada = await registered(t, 'ada@example.com');
    const { status } = await request(t.url)
      .post('/api/v1/auth/logout')
      .set({ cookie: ada.cookie ?? '', host: 'auth.example.com', origin: 'http://auth.example.com' });
    expect(status).toBe(403);
  });

  test("another site cannot log a browser in to the attacker's account", async () => {
    await using t = await createTestAuth();
    await registered(t, 'eve@example.com');
    const { status, body } = await request(t.url)
      .post('/api/v1/auth/login')
      .set('origin', 'https://evil.example')
      .send({ email: 'eve@example.com', password: PASSWORD });
    expect([status, body.error.code]).toEqual([403, 'ORIGIN_REFUSED']);
  });

  test('a program without a cookie needs no Origin', async () => {
    await using t = await createTestAuth();
    expect((await request(t.url).post('/api/v1/auth/register').send(credentials)).status).toBe(201);
  });

  test('other origins may read answers only when the setting names them', async () => {
    await using closed = await createTestAuth();
    await using open = await createTestAuth({ corsOrigins: ['https://app.example.com'] });
    const preflight = (t: TestAuth, origin: string) =>
      request(t.url)
        .options('/api/v1/me')
        .set({ origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'content-type' });

    expect((await preflight(closed, 'https://app.example.com')).get('access-control-allow-origin')).toBeUndefined();
    expect((await preflight(open, 'https://evil.example')).get('access-control-allow-origin')).toBeUndefined();
    const allowed = await preflight(open, 'https://app.example.com');
    expect(allowed.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(allowed.get('access-control-allow-credentials')).toBe('true');
  });
});

describe('around every request', () => {
  test('a trace id of the caller is kept, a malformed one is not', async () => {
    await using t = await createTestAuth();
    const given = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceOf = async (traceparent: string) =>
      (await request(t.url).get('/api/v1/auth/config').set({ traceparent })).get('x-trace-id');
    expect(await traceOf(`00-${given}-00f067aa0ba902b7-01`)).toBe(given);
    expect(await traceOf(`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`)).not.toBe('0'.repeat(32));
    expect(await traceOf('"><script>')).toMatch(TRACE_ID);
  });

  test('the trace id is in the event and in the log', async () => {
    await using t = await createTestAuth();
    const response = await new Browser(t).register('ada@example.com');
    const traceId = response.get('x-trace-id');
    expect((await t.events()).map(({ trace_id }) => trace_id)).toEqual([traceId, traceId]);
    expect(t.log.some(({ message, fields }) => message === 'request' && fields.traceId === traceId)).toBe(true);
  });

  test('passwords and tokens are in no log line', async () => {
    await using t = await createTestAuth();
    const ada = await registered(t, 'ada@example.com');
    await ada.rest('POST', '/auth/login', { body: { email: 'ada@example.com', password: 'a-wrong-password' } });
    await ada.mutate('auth.login', credentials);
    const log = JSON.stringify(t.log);
    expect(log).not.toContain(PASSWORD);
    expect(log).not.toContain('a-wrong-password');
    expect(log).not.toContain(ada.token);
  });

  test('answers are for nobody else to keep, frame or render', async () => {
    await using t = await createTestAuth();
    const response = await request(t.url).get('/api/v1/auth/config');
    expect(response.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    });
  });

  test('the outer limit counts requests per address and says when to come back', async () => {
    await using t = await createTestAuth({ rateLimitFactor: 0.01 });
    const statuses: number[] = [];
    for (let count = 0; count < 10; count += 1) statuses.push((await request(t.url).get('/api/v1/auth/config')).status);
    expect(statuses.every((status) => status === 200)).toBe(true);

    const rest = await request(t.url).get('/api/v1/auth/config');
    const trpc = await request(t.url).get('/trpc/auth.config');

    expect(rest.status).toBe(429);
    expect(rest.body.error).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: expect.any(Number) } });
    expect(rest.get('retry-after')).toBe(String(rest.body.error.details.retryAfterSeconds));
    expect(trpc.body.error.data).toMatchObject({ code: 'RATE_LIMITED', httpStatus: 429 });
  });

  test('a page of another origin can read that it is limited', async () => {
    await using t = await createTestAuth({ rateLimitFactor: 0.01, corsOrigins: ['https://app.example.com'] });
    const ask = () => request(t.url).get('/api/v1/auth/config').set('origin', 'https://app.example.com');
    for (let count = 0; count < 10; count += 1) await ask();
    const limited = await ask();
    expect(limited.status).toBe(429);
    expect(limited.get('access-control-allow-origin')).toBe('https://app.example.com');
  });

  test.each(['203.0.113.7:51234', '[2001:db8::1]:443', '_hidden', 'garbage', "1.2.3.4'--"])(
    'an address that a trusted proxy writes as %s is no reason to fail',
    async (forwarded) => {
      await using t = await createTestAuth();
      t.app.set('trust proxy', 'loopback');
      const { status } = await request(t.url)
        .post('/api/v1/auth/register')
        .set('x-forwarded-for', forwarded)
        .send({ email: 'ada@example.com', password: PASSWORD });
      expect(status).toBe(201);
      const [row] = await t.database.query<{ ip: string | null }>('select host(ip_address) as ip from auth.session');
      expect(row?.ip ?? null).toBe(
        { '203.0.113.7:51234': '203.0.113.7', '[2001:db8::1]:443': '2001:db8::1' }[forwarded] ?? null,
      );
    },
  );

  test('a body parser of the host app in front does no harm', async () => {
    await using t = await createTestAuth();
    const host = express();
    host.use(express.json(), t.auth.toExpress());
    expect((await request(host).post('/api/v1/auth/register').send(credentials)).status).toBe(201);
    expect((await request(host).post('/trpc/auth.login').send(credentials)).status).toBe(200);
    const twice = { 0: credentials, 1: credentials };
    expect((await request(host).post('/trpc/auth.login,auth.login?batch=1').send(twice)).body).toHaveLength(2);
  });

  test.each([
    ['a form', 'application/x-www-form-urlencoded', 'email=ada%40example.com&password=tidal-copper-lantern'],
    ['JSON that calls itself text', 'text/plain', JSON.stringify(credentials)],
  ])('%s gets in by no parser of the host app either', async (_what, type, body) => {
    await using t = await createTestAuth();
    const host = express();
    host.use(express.urlencoded(), express.json({ type: '*/*' }), t.auth.toExpress());
    const response = await request(host).post('/api/v1/auth/register').set('content-type', type).send(body);
    expect([response.status, response.body.error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  test.each([
    ['{"email":', 'The body is not valid JSON.'],
    ['"ada"', 'The body has to be a JSON object.'],
  ])('%s is told what is wrong with it', async (body, message) => {
    await using t = await createTestAuth();
    const send = request(t.url).post('/api/v1/auth/login').set('content-type', 'application/json');
    expect((await send.send(body)).body.error).toMatchObject({ code: 'BAD_REQUEST', message });
  });

  test('a long user agent is cut, an odd one cleaned, none is fine', async () => {
    await using t = await createTestAuth();
    const agents = ['x'.repeat(9000), 'Mozilla/5.0 \u00a7\u0080', ''];
    for (const [index, agent] of agents.entries()) {
      const { status } = await request(t.url)
        .post('/api/v1/auth/register')
        .set('user-agent', agent)
        .send({ email: `u${index}@example.com`, password: PASSWORD });
      expect(status).toBe(201);
    }
    const rows = await t.database.query<{ user_agent: string | null }>(
      'select user_agent from auth.session order by id',
    );
    expect(rows.map(({ user_agent }) => user_agent?.length ?? 0)).toEqual([512, 15, 0]);
  });
});

/** Speaks HTTP by hand, and answers what came back. */
const exchange = (t: TestAuth, text: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(t.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
