import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../trpc/context.ts';

/** Serves the paths below a prefix; fails by throwing. `path` is what comes after the prefix, without the query. */
export type Door = (req: IncomingMessage, res: ServerResponse, path: string) => Promise<void>;

/** One of the things that happen before a door opens; refuses by an error. */
export type Step = (req: IncomingMessage, res: ServerResponse, next: (refusal?: unknown) => void) => void;

export type CreateContext = (req: IncomingMessage, res: ServerResponse) => Context;

/** The address that a request came from, with regard to trusted proxies. */
export type AddressOf = (req: IncomingMessage) => string | undefined;

/** The path and the query of a request; the query with its question mark, or empty. */
export const splitUrl = ({ url = '/' }: IncomingMessage): { path: string; search: string } => {
  const end = url.indexOf('?');
  return end < 0 ? { path: url, search: '' } : { path: url.slice(0, end), search: url.slice(end) };
};
