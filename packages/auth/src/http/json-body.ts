import type { IncomingMessage, ServerResponse } from 'node:http';
import getRawBody from 'raw-body';
import { AuthError } from '../kernel/auth-error.ts';

/** Bytes. No operation needs more than a few hundred. */
const BODY_LIMIT = 64 * 1024;

/** The deepest input is a batch of flat objects. */
const MAX_DEPTH = 10;

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i;

/**
 * Reads a JSON object or list; undefined when there is no body. What a form or a plain-text page can send never
 * gets in, and a body that is too large is refused as soon as that is known, not when all of it has been read.
 * @throws AuthError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, BAD_REQUEST
 */
export const readJsonBody = async (req: IncomingMessage, res: ServerResponse): Promise<object | undefined> => {
  const length = req.headers['content-length'] ?? null;
  const hasBody = req.headers['transfer-encoding'] !== undefined || (length !== null && length !== '0');
  if (!hasBody) return undefined;
  // First of all: a parser of the host app makes the same of a form, which any page can send, as of JSON.
  if (!JSON_TYPE.test(req.headers['content-type'] ?? '')) throw new AuthError('UNSUPPORTED_MEDIA_TYPE');
  // Such a parser came first; what it made of the body is taken as it is.
  if (req.readableEnded && 'body' in req && typeof req.body === 'object' && req.body !== null) return req.body;
  if ((req.headers['content-encoding'] ?? 'identity') !== 'identity') throw new AuthError('UNSUPPORTED_MEDIA_TYPE');
  try {
    return parse(await getRawBody(req, { length, limit: BODY_LIMIT, encoding: 'utf8' }));
  } catch (error) {
    // What is still on its way is not waited for.
    res.setHeader('Connection', 'close');
    throw error;
  }
};

const parse = (text: string): object => {
  if (depthOf(text) > MAX_DEPTH) throw new AuthError('BAD_REQUEST');
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null)
    throw new AuthError('BAD_REQUEST', { message: 'The body has to be a JSON object.' });
  return value;
};

/**
 * How deep the brackets of a JSON text nest. What is built of them is walked by recursion further on. Looks at each
 * character once, whatever the text is: a regular expression for strings would not, where a string never ends.
 */
const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isInString && character === '\\') index += 1;
    else if (character === '"') isInString = !isInString;
    else if (!isInString && (character === '[' || character === '{')) depth += 1;
    else if (!isInString && (character === ']' || character === '}')) depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AuthError('BAD_REQUEST', { message: 'The body is not valid JSON.', cause });
  }
};
