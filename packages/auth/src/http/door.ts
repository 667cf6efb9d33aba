import type { Request, Response } from 'express';
import type { Context } from '../trpc/context.ts';

/** Serves the paths below a prefix; fails by throwing. `path` is what comes after the prefix, without the query. */
export type Door = (req: Request, res: Response, path: string) => Promise<void>;

export type CreateContext = (req: Request, res: Response) => Context;
