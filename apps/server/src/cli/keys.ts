import { createAuth, type SigningKeys } from '@latchkey/auth';
import { Command } from 'commander';
import { readSettings } from '../env.ts';
import { tokensModuleFor } from '../opt-in-modules.ts';
import { openDatabase } from '../postgres/open-database.ts';
import { defineCommand } from './define-command.ts';

/** Runs a command on the keys in the database of the settings. */
const withKeys = async <T>(work: (keys: SigningKeys) => Promise<T>): Promise<T> => {
  const settings = readSettings();
  if (settings.tokens.privateKey !== undefined)
    throw new Error('JWT_PRIVATE_KEY signs in place of the keys in the database: change it there.');
  const tokens = await tokensModuleFor(settings);
  const database = await openDatabase(settings, () => {});
  try {
    const ports = { modules: [tokens], background: false };
    await using auth = await createAuth({ ...settings.auth, databaseUrl: database.url }, ports);
    return await work(auth.running(tokens).keys);
  } finally {
    await database.close();
  }
};

const list = defineCommand({
  name: 'list',
  description: 'the keys that access tokens are signed with, and what each of them does',
  examples: ['keys list', 'keys list --json'],
  exitCodes: { 0: 'here they are', 1: 'they could not be read' },
  run: async () => {
    const keys = await withKeys((signingKeys) => signingKeys.list());
    const rows = keys.map(({ kid, algorithm, state, signsFrom }) =>
      [kid, algorithm.padEnd(5), state.padEnd(9), `signs from ${signsFrom.toISOString()}`].join('  '),
    );
    const none = 'There is no key yet. The service makes one when it starts; `latchkey keys generate` does it now.';
    return { result: { keys }, text: rows.length === 0 ? none : rows.join('\n') };
  },
});

const generate = defineCommand({
  name: 'generate',
  description: 'make the first key (the service does so by itself when it starts)',
  examples: ['keys generate'],
  exitCodes: { 0: 'it signs from now on', 1: 'there is one already, or it could not be stored' },
  run: async () => {
    const kid = await withKeys((keys) => keys.generate());
    return { result: { kid }, text: `${kid} signs from now on.` };
  },
});

const rotate = defineCommand({
  name: 'rotate',
  description:
    'announce a new key, which signs once everybody can know it; the old one verifies until its tokens are over',
  examples: ['keys rotate', 'JWT_ALG=ES256 npx -y pnpm@12 latchkey keys rotate'],
  exitCodes: { 0: 'it has been announced', 1: 'it could not be stored' },
  run: async () => {
    const key = await withKeys(async (keys) => {
      const kid = await keys.rotate();
      return (await keys.list()).find((candidate) => candidate.kid === kid);
    });
    const signsFrom = key?.signsFrom.toISOString();
    return {
      result: { kid: key?.kid, signsFrom },
      text: `${key?.kid} is published within half a minute and signs from ${signsFrom}. Nothing else needs to be done.`,
    };
  },
});

const retire = defineCommand({
  name: 'retire',
  description: 'take a key out of use at once, because it may have leaked: what it signed is refused from now on',
  examples: ['keys retire 0BaCWJVzQGaBLuIkxp07jBZ4x68Ee_VXkQdZAA2LCk4'],
  exitCodes: { 0: 'it is out of use', 1: 'there is no such key in use, or that could not be stored' },
  configure: (command) => command.argument('<kid>', 'the id of the key, as `keys list` shows it'),
  run: async (_options, [kid = '']) => {
    await withKeys((keys) => keys.retire(kid));
    return {
      result: { retired: kid },
      text: `${kid} is out of use. Instances that run see it within half a minute, other services when they look for keys again (5 minutes at most).`,
    };
  },
});

export const keys = new Command('keys')
  .description('look after the keys that sign access tokens')
  .showHelpAfterError()
  .addCommand(list)
  .addCommand(generate)
  .addCommand(rotate)
  .addCommand(retire);
