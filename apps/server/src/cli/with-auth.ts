import { type Auth, createAuth } from '@latchkey/auth';
import { readSettings, type Settings } from '../env.ts';
import { openDatabase } from '../postgres/open-database.ts';

interface Opened {
  auth: Auth;
  settings: Settings;
  /** Where the data are, for people. */
  database: string;
}

/** Runs a command on the database of the settings; the service may run at the same time. */
export const withAuth = async <T>(work: (opened: Opened) => Promise<T>): Promise<T> => {
  const settings = readSettings();
  const database = await openDatabase(settings, () => {});
  try {
    await using auth = await createAuth({ ...settings.auth, databaseUrl: database.url });
    return await work({ auth, settings, database: database.description });
  } finally {
    await database.close();
  }
};
