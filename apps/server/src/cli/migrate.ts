import { defineCommand } from './define-command.ts';
import { withAuth } from './with-auth.ts';

export const migrate = defineCommand({
  name: 'migrate',
  description: 'bring the database schema up to date (the server does this at its start, too)',
  examples: ['migrate', 'migrate --json'],
  exitCodes: { 0: 'the schema is up to date', 1: 'it could not be changed' },
  run: async () => {
    await withAuth(async () => {});
    return { result: { migrated: true }, text: 'The database schema is up to date.' };
  },
});
