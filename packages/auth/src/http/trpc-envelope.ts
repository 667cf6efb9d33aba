import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyTRPCProcedure } from '@trpc/server';
import { AuthError } from '../kernel/auth-error.ts';

/** Calls that one tRPC batch may carry. */
export const MAX_BATCH_SIZE = 10;

/** Whether the body, if there is one, is said to be JSON. */
export const isJson = ({ headers }: IncomingMessage): boolean =>
  /^application\/json\b/i.test(headers['content-type'] ?? '');

/**
 * Answers the names of the calls, and refuses what tRPC itself would refuse before it has a context, and therefore without a trace id: other
 * methods, bodies that are not declared as JSON, long batches, and queries and mutations in one batch.
 */
export const trpcEnvelope = (procedures: Record<string, AnyTRPCProcedure>) => {
  const typeOf = (name: string) => (Object.hasOwn(procedures, name) ? procedures[name]?._def.type : undefined);

  return (req: IncomingMessage, res: ServerResponse, path: string): string => {
    if (req.method !== 'GET' && req.method !== 'POST') {
      res.setHeader('Allow', 'GET, POST');
      throw new AuthError('METHOD_NOT_ALLOWED');
    }
    if (req.method === 'POST' && !isJson(req)) {
      throw new AuthError('UNSUPPORTED_MEDIA_TYPE');
    }
    const decoded = decodePath(path.slice(1));
    const names = decoded.split(',');
    if (names.length > MAX_BATCH_SIZE) {
      throw new AuthError('BAD_REQUEST', { message: `A batch may carry ${MAX_BATCH_SIZE} calls at most.` });
    }
    const types = new Set(names.map(typeOf).filter((type) => type !== undefined));
    if (types.size > 1) throw new AuthError('BAD_REQUEST', { message: 'A batch may not mix queries and mutations.' });
    return names.map(encodeURIComponent).join(',');
  };
};

/** @throws AuthError BAD_REQUEST for what is no encoding of anything */
export const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new AuthError('BAD_REQUEST', { cause });
  }
};
