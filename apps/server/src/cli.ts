import { type Auth, createAuth } from '@latchkey/auth';
import { Command } from 'commander';
import { readSettings } from './env.ts';
import { openDatabase } from './postgres/open-database.ts';

/** Runs a command on the database of the settings; the service may run at the same time. */
const withAuth = async <T>(work: (auth: Auth, database: string) => Promise<T>): Promise<T> => {
  const settings = readSettings();
  const database = await openDatabase(settings, () => {});
  try {
    await using auth = await createAuth({ ...settings.auth, databaseUrl: database.url });
    return await work(auth, database.description);
  } finally {
    await database.close();
  }
};

interface OutputOptions {
  json?: boolean;
}

const report = ({ json = false }: OutputOptions, result: Record<string, unknown>, sentence: string): void => {
  process.stdout.write(`${json ? JSON.stringify(result) : sentence}\n`);
};

const program = new Command('latchkey')
  .description('Looks after a Latchkey service. Reads the same settings as the server.')
  .showHelpAfterError();

program
  .command('migrate')
  .description('bring the database schema up to date (the server does this at its start, too)')
  .option('--json', 'answer in JSON')
  .action(async (options: OutputOptions) => {
    await withAuth(async () => {});
    report(options, { migrated: true }, 'The database schema is up to date.');
  });

program
  .command('create-admin')
  .description('make a registered account an administrator')
  .argument('<email>', 'the address that the account was registered with')
  .option('--json', 'answer in JSON')
  .action(async (email: string, options: OutputOptions) => {
    await withAuth(async (auth, database) => {
      if (await auth.promoteToAdmin(email)) return;
      throw new Error(`There is no account with the address ${email} in ${database}. Register it in the app first.`);
    });
    report(options, { email, role: 'admin' }, `${email} is an administrator now. Log in again to act as one.`);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
