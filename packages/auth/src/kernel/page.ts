import type { Page } from '@latchkey/contract';
import { AuthError } from './auth-error.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opaque to callers: the id after which the next page starts. */
export const encodeCursor = (id: string): string => Buffer.from(id).toString('base64url');

/** @throws AuthError VALIDATION_FAILED for anything that `encodeCursor` did not make */
export const decodeCursor = (cursor: string | undefined): string | null => {
  if (cursor === undefined) return null;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!UUID.test(id)) {
    throw new AuthError('VALIDATION_FAILED', {
      details: [{ path: 'cursor', message: 'This is not a cursor of this list.' }],
    });
  }
  return id;
};

/** Turns `limit + 1` rows into a page of `limit`; the extra row tells that there is more. */
export const toPage = <Row extends { id: string }, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last.id) : null,
  };
};
