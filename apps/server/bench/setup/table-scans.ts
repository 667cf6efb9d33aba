import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

/** How the tables that a check reads have been read since the database was made. */
export interface TableScans {
  sequential: number;
  byIndex: number;
}

const READ = `
  select sum(seq_scan)::int as sequential, sum(idx_scan)::int as by_index
  from pg_stat_user_tables where schemaname = 'auth' and relname in ('session', 'user')`;

export const readTableScans = async (client: Client): Promise<TableScans> => {
  const { rows } = await client.query<{ sequential: number; by_index: number }>(READ);
  return { sequential: rows[0]?.sequential ?? 0, byIndex: rows[0]?.by_index ?? 0 };
};

/** Backends tell what they did some seconds late. */
const PATIENCE = 60;
const INTERVAL_MS = 500;

/** Waits until at least so many look-ups by index are told. @returns null when they are not */
export const awaitTableScans = async (client: Client, byIndex: number): Promise<TableScans | null> => {
  for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
    const scans = await readTableScans(client);
    if (scans.byIndex >= byIndex) return scans;
    await sleep(INTERVAL_MS);
  }
  return null;
};
