import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyTRPCProcedure } from '@trpc/server';
import { AuthError } from '../kernel/auth-error.ts';

/** Calls that one tRPC batch may carry. */
export const MAX_BATCH_SIZE = 10;

/**
 * Refuses what tRPC itself would refuse before it has a context, and therefore without a trace id: other
 * methods, bodies that are not declared as JSON, long batches, and queries and mutations in one batch.
 */
export const trpcEnvelope = (procedures: Record<string, AnyTRPCProcedure>) => {
  const typeOf = (name: string) => (Object.hasOwn(procedures, name) ? procedures[name]?._def.type : undefined);

  return (req: IncomingMessage, res: ServerResponse, path: string): void => {
    if (req.method !== 'GET' && req.method !== 'POST') {
      res.setHeader('Allow', 'GET, POST');
      throw new AuthError('METHOD_NOT_ALLOWED');
    }
    if (req.method === 'POST' && !req.headers['content-type']?.startsWith('application/json')) {
      throw new AuthError('UNSUPPORTED_MEDIA_TYPE');
    }
    const names = path.slice(1).split(',');
    if (names.length > MAX_BATCH_SIZE) {
      throw new AuthError('BAD_REQUEST', { message: `A batch may carry ${MAX_BATCH_SIZE} calls at most.` });
    }
    const types = new Set(names.map(typeOf).filter((type) => type !== undefined));
    if (types.size > 1) throw new AuthError('BAD_REQUEST', { message: 'A batch may not mix queries and mutations.' });
  };
};
