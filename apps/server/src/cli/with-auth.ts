import { type Auth, createAuth } from '@latchkey/auth';
import { readSettings } from '../env.ts';
import { optInModules } from '../opt-in-modules.ts';
import { openDatabase } from '../postgres/open-database.ts';

interface Opened {
  auth: Auth;
  /** Where the data are, for people. */
  database: string;
}

/** Runs a command on the database of the settings; the service may run at the same time. */
export const withAuth = async <T>(work: (opened: Opened) => Promise<T>): Promise<T> => {
  const settings = readSettings();
  const database = await openDatabase(settings, () => {});
  try {
    const ports = { modules: await optInModules(settings), background: false };
    await using auth = await createAuth({ ...settings.auth, databaseUrl: database.url }, ports);
    return await work({ auth, database: database.description });
  } finally {
    await database.close();
  }
};
