import express, { type RequestHandler } from 'express';
import { AuthError } from '../kernel/auth-error.ts';

/** Bytes. No operation needs more than a few hundred. */
const BODY_LIMIT = 64 * 1024;

/** Parses JSON bodies and refuses all others: what a form or a plain-text page can send never gets in. */
export const jsonBody = (): RequestHandler => {
  const parse = express.json({ limit: BODY_LIMIT, type: 'application/json', strict: true });
  return (req, res, next) => {
    const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
    if (!hasBody) return next();
    if (!req.is('application/json')) return next(new AuthError('UNSUPPORTED_MEDIA_TYPE'));
    return parse(req, res, next);
  };
};
