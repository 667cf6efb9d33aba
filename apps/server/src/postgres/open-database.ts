import { join } from 'node:path';
import { Client } from 'pg';
import type { Settings } from '../env.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

/** A database to work with, and where it is, for people. */
export interface OpenDatabase {
  url: string;
  description: string;
  close(): Promise<void>;
}

/** The PostgreSQL of the settings, or the embedded one. @throws Error with what to do about it */
export const openDatabase = async (
  settings: Settings,
  onProgress: (message: string) => void,
): Promise<OpenDatabase> => {
  if (settings.databaseUrl !== null) return openOwnDatabase(settings.databaseUrl, settings.isProduction);
  const folder = join(settings.dataFolder, 'postgres');
  const embedded = await startEmbeddedPostgres({ folder, onProgress });
  return {
    url: embedded.url,
    description: `${folder} (embedded PostgreSQL, port ${new URL(embedded.url).port})`,
    close: embedded.stop,
  };
};

const openOwnDatabase = async (url: string, isProduction: boolean): Promise<OpenDatabase> => {
  const { host, pathname } = new URL(url);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ rolsuper: boolean }>(
      'select rolsuper from pg_roles where rolname = current_user',
    );
    if (isProduction && rows[0]?.rolsuper)
      throw new Error(
        'its role is a superuser. Give the service a role of its own: CREATE ROLE latchkey LOGIN; ALTER DATABASE … OWNER TO latchkey',
      );
  } catch (cause) {
    throw new Error(`DATABASE_URL (${host}${pathname}) cannot be used: ${(cause as Error).message || 'no answer'}`, {
      cause,
    });
  } finally {
    await client.end().catch(() => {});
  }
  return { url, description: `${host}${pathname}`, close: async () => {} };
};
