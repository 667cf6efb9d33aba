import { createServer, get, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { DevMailbox } from './dev-mails.ts';

const PUBLIC_URL = 'http://localhost:4000';

const serve = async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line) => void lines.push(line) });
  const mailbox = new DevMailbox(logger, PUBLIC_URL);
  const app = express();
  app.use(mailbox.routes(PUBLIC_URL));
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const visit = (headers: Record<string, string> = {}) =>
    new Promise<{ status: number; text: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path: '/dev/mails', headers }, async (answer) => {
        let text = '';
        for await (const chunk of answer) text += String(chunk);
        resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers });
      }).on('error', reject);
    });
  return { mailbox, lines, visit, [Symbol.asyncDispose]: async () => void server.close() };
};

const mail = (text: string) => ({ to: 'ada@example.com', subject: 'Verify <b>your</b> address', text, html: '' });

test('shows the latest mails with links to click on, and the log says where', async () => {
  await using scene = await serve();
  expect((await scene.visit()).text).toContain('Nothing yet');
  await scene.mailbox.send(mail(`Click:\n${PUBLIC_URL}/verify-email#token=abc\nhttps://elsewhere.example/`));
  const { status, text, headers } = await scene.visit();
  expect(status).toBe(200);
  expect(text).toContain(`<a href="${PUBLIC_URL}/verify-email#token=abc">`);
  expect(text).not.toContain('href="https://elsewhere');
  expect(text).not.toContain('<b>');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(scene.lines.join('')).toContain(`${PUBLIC_URL}/dev/mails`);
  expect(scene.lines.join('')).toContain('#token=abc');
});

test('keeps fifty', async () => {
  await using scene = await serve();
  for (let count = 0; count < 60; count += 1) await scene.mailbox.send(mail(`number ${count}.`));
  const { text } = await scene.visit();
  expect(text.match(/<article>/g)).toHaveLength(50);
  expect(text).toContain('number 59.');
  expect(text).not.toContain('number 9.');
});

test.each([
  ['behind a proxy', { 'x-forwarded-for': '203.0.113.7' }],
  ['behind a proxy that follows the standard', { forwarded: 'for=203.0.113.7' }],
  ['under a name that was made to lead here', { host: 'rebound.example' }],
])('is not there %s', async (_where, headers) => {
  await using scene = await serve();
  expect((await scene.visit(headers)).status).toBe(404);
  expect((await scene.visit({ host: 'localhost:5173' })).status).toBe(200);
});
