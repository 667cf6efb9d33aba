import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createTestDatabase } from '@latchkey/auth/testing';
import { expect, inject, test } from 'vitest';
import { ServerProcess } from '../../test/server-process.ts';
import { createSpanReceiver, type ReceivedSpan, type SpanReceiver } from '../../test/span-receiver.ts';
import { findFreePort } from '../find-free-port.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const PASSWORD = 'tidal-copper-lantern';

const started = async (environment: Record<string, string>) => {
  const database = await createTestDatabase(inject('postgres'));
  const port = await findFreePort();
  const server = new ServerProcess({
    PORT: String(port),
    DATABASE_URL: database.url,
    BCRYPT_COST: '4',
    LOG_LEVEL: 'debug',
    ...environment,
  });
  await server.says('Latchkey is running');
  const api = `http://127.0.0.1:${port}/api/v1`;
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return {
    server,
    database,
    api,
    post,
    /** With everything that was to be sent. */
    stop: () => server[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

const to = ({ url }: SpanReceiver, more: Record<string, string> = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  ...more,
});

const traceparent = (flags: string) => ({ traceparent: `00-${TRACE}-${PARENT}-${flags}` });

const statusOf = ({ attributes }: ReceivedSpan) =>
  attributes.find(({ key }) => key === 'auth.status')?.value.stringValue;

const ada = { email: 'ada@example.com', password: PASSWORD };

test("a slow login can be understood: its parts are spans in the caller's trace", async () => {
  await using receiver = await createSpanReceiver();
  await using scene = await started(
    to(receiver, { OTEL_SERVICE_NAME: 'door', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector' }),
  );
  await scene.post('/auth/register', ada);
  const login = await scene.post('/auth/login', ada, traceparent('01'));
  expect([login.status, login.headers.get('x-trace-id')]).toEqual([200, TRACE]);
  await scene.stop();

  const mine = receiver.spans.filter(({ traceId }) => traceId === TRACE);
  const [root] = mine.filter(({ parentSpanId }) => parentSpanId === PARENT);
  expect(root).toMatchObject({ name: 'auth.login' });
  expect(root === undefined ? null : statusOf(root)).toBe('ok');
  const parts = mine.filter(({ parentSpanId }) => parentSpanId === root?.spanId).map(({ name }) => name);
  expect(new Set(parts)).toEqual(new Set(['database.read', 'database.write', 'password.verify']));
  expect(receiver.headers[0]?.authorization).toBe('Bearer collector');
  expect(receiver.bodies.join()).toContain('"service.name","value":{"stringValue":"door"}');
});

test('spans, log, error, event and answer of a call have the same trace id, be it our own', async () => {
  await using receiver = await createSpanReceiver();
  await using scene = await started(to(receiver));
  await scene.post('/auth/register', ada);
  const refused = await scene.post('/auth/login', { ...ada, password: 'not-the-password' });
  const traceId = refused.headers.get('x-trace-id') ?? '';
  expect(await refused.json()).toMatchObject({ error: { code: 'AUTH_INVALID', traceId } });
  const [event] = await scene.database.query(`select trace_id from auth.event where type = 'user.login_failed'`);
  expect(event).toEqual({ trace_id: traceId });
  await scene.stop();

  expect(scene.server.output).toMatch(new RegExp(`request.*${traceId}`));
  const root = receiver.spans.find((span) => span.traceId === traceId && span.parentSpanId === undefined);
  expect(root).toMatchObject({ name: 'auth.login', status: {} });
  expect(root === undefined ? null : statusOf(root)).toBe('AUTH_INVALID');
});

test('a proxy that asks who calls, and a check, are followed as well', async () => {
  await using receiver = await createSpanReceiver();
  await using scene = await started(to(receiver));
  const registered = await scene.post('/auth/register', ada);
  const cookie = registered.headers.getSetCookie().map((line) => line.split(';')[0]);
  const response = await fetch(`${scene.api}/auth/forward`, {
    headers: { cookie: cookie.join('; '), ...traceparent('01') },
  });
  expect([response.status, response.headers.get('x-trace-id')]).toEqual([200, TRACE]);
  await scene.stop();
  const [forward] = receiver.spans.filter(({ parentSpanId }) => parentSpanId === PARENT);
  const [check] = receiver.spans.filter(({ parentSpanId }) => parentSpanId === forward?.spanId);
  expect([forward?.name, check?.name]).toEqual(['forward', 'session.check']);
});

test('a mail is a trace of its own, and no span holds what tells a person', async () => {
  await using receiver = await createSpanReceiver();
  await using scene = await started(to(receiver));
  const { headers } = await scene.post('/auth/register', ada);
  await scene.server.says('#token=');
  await scene.stop();
  const mail = receiver.spans.find(({ name }) => name === 'mail.send');
  expect(mail?.parentSpanId).toBeUndefined();
  expect(mail?.traceId).not.toBe(headers.get('x-trace-id'));
  for (const told of ['ada', '@', PASSWORD, 'Bearer']) expect(receiver.bodies.join()).not.toContain(told);
});

test.each([
  ['the caller says no', {}, '00', 0],
  ['the caller says yes, whatever is done otherwise', { OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, '01', 1],
  ['nothing is sent, whatever the caller says', { OTEL_TRACES_SAMPLER: 'always_off' }, '01', 0],
  ['a share of nothing is sent', { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, '01', 0],
])('sampling: %s', async (_what, environment, flags, expected) => {
  await using receiver = await createSpanReceiver();
  await using scene = await started(to(receiver, environment));
  await scene.post('/auth/forgot-password', { email: ada.email }, traceparent(flags));
  await scene.stop();
  const roots = receiver.spans.filter(({ traceId, parentSpanId }) => traceId === TRACE && parentSpanId === PARENT);
  expect(roots).toHaveLength(expected);
});

test.each([
  ['is away', (socket: Socket) => socket.destroy()],
  ['hangs', (socket: Socket) => socket.pause()],
])('a collector that %s holds up neither calls nor the stop', async (_what, treat) => {
  const sockets: Socket[] = [];
  const collector = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    treat(socket);
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  await using scene = await started({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  expect((await scene.post('/auth/register', ada)).status).toBe(201);
  scene.server.child.kill('SIGTERM');
  expect(await scene.server.ended()).toBe(0);
  expect(sockets.length).toBeGreaterThan(0);
  for (const socket of sockets) socket.destroy();
  collector.close();
});

const tellModules = { NODE_OPTIONS: `--import=${join(import.meta.dirname, '../../test/tell-modules.mjs')}` };

const loadedBy = ({ output }: ServerProcess): string[] => [...new Set(output.match(/(?<=loaded )@opentelemetry\S+/g))];

test('without a collector nothing of OpenTelemetry is loaded, but for the interface that prom-client names', async () => {
  await using receiver = await createSpanReceiver();
  await using without = await started(tellModules);
  await using with_ = await started({ ...tellModules, ...to(receiver) });
  for (const scene of [without, with_]) expect((await scene.post('/auth/register', ada)).status).toBe(201);
  expect(loadedBy(without.server)).toEqual(['@opentelemetry/api']);
  expect(loadedBy(with_.server)).toContain('@opentelemetry/sdk-trace');
});
