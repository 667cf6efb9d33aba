import type { ServerResponse } from 'node:http';

/** Answers with JSON in one go: what Express adds on top (ETag, charset look-ups) no API answer needs. */
export const sendJson = (
  res: ServerResponse,
  status: number,
  body: unknown,
  contentType = 'application/json; charset=utf-8',
): void => sendText(res, status, JSON.stringify(body), contentType);

/** The same with JSON that has been written already. */
export const sendText = (
  res: ServerResponse,
  status: number,
  text: string,
  contentType = 'application/json; charset=utf-8',
): void => {
  res.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) });
  res.end(text);
};
