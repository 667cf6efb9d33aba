import type { EntityManager } from '@mikro-orm/postgresql';

type Runner = Pick<EntityManager, 'execute'>;

/** A column or an expression of type `timestamptz` as milliseconds since 1970, whatever the session's time zone. */
export const instant = (expression: string): string => `extract(epoch from ${expression})::float8 * 1000`;

/** A literal of an array of PostgreSQL; its elements may hold anything. */
export const toArray = (values: readonly (string | number)[]): string =>
  `{${values.map((value) => JSON.stringify(String(value))).join(',')}}`;

/** By the clock that judges expiry, in milliseconds since 1970. */
export const readNow = async (em: Runner): Promise<number> => {
  const [row] = await em.execute<{ now: number }[]>(`select ${instant('now()')} as now`);
  return row?.now ?? Number.NaN;
};

/** For the rest of the transaction; false while another instance is at the same work. */
export const tryLock = async (em: Runner, lock: number): Promise<boolean> => {
  const [row] = await em.execute<{ is_mine: boolean }[]>('select pg_try_advisory_xact_lock(?) as is_mine', [lock]);
  return row?.is_mine ?? false;
};
