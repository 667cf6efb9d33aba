import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERRORS, type ErrorBody, type ErrorCode } from '@latchkey/contract';

/** Requests that Node refuses before any route sees them get the error contract as well. */
export const answerClientErrors = (server: Server, createTraceId: () => string): void => {
  server.on('checkExpectation', (_req, res: ServerResponse) => {
    const traceId = createTraceId();
    res
      .writeHead(417, { 'Content-Type': 'application/json', 'X-Trace-Id': traceId, Connection: 'close' })
      .end(bodyOf('BAD_REQUEST', traceId));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    socket.end(rawAnswer(error.code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'BAD_REQUEST', createTraceId()));
  });
};

const REASONS: Record<number, string> = { 400: 'Bad Request', 431: 'Request Header Fields Too Large' };

const bodyOf = (code: ErrorCode, traceId: string): string => {
  const error: ErrorBody = { error: { code, message: ERRORS[code][1], details: null, traceId } };
  return JSON.stringify(error);
};

const rawAnswer = (code: ErrorCode, traceId: string): string => {
  const [status] = ERRORS[code];
  const body = bodyOf(code, traceId);
  return [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Trace-Id: ${traceId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
};
