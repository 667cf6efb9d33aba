import { randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { readSettings } from '../env.ts';
import { defineCommand } from './define-command.ts';
import { withAuth } from './with-auth.ts';

interface SeedOptions {
  users: number;
}

/** What was made. The password is told this once; only its hash is kept. */
interface SeededUser {
  email: string;
  role: 'user' | 'admin';
  password: string | null;
}

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Barbara Liskov', 'Edsger Dijkstra', 'Radia Perlman'];

const MAX_USERS = 100;

const toCount = (text: string): number => {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= MAX_USERS)) throw new InvalidArgumentError(`Use a whole number from 0 to ${MAX_USERS}.`);
  return count;
};

export const seed = defineCommand<SeedOptions>({
  name: 'seed',
  description:
    'make demo accounts, one of them an administrator, with generated passwords; those that exist stay as they are',
  examples: ['seed', 'seed --users 20 --json'],
  exitCodes: { 0: 'the accounts are there', 1: 'it failed, or this is production' },
  configure: (command: Command) =>
    command.option('--users <count>', `how many besides the administrator, up to ${MAX_USERS}`, toCount, 5),
  run: async ({ users }) => {
    if (readSettings().isProduction) throw new Error('NODE_ENV is production: demo accounts have no place there.');
    const seeded = await withAuth(async ({ auth }) => {
      const made: SeededUser[] = [];
      for (const demo of listDemoUsers(users)) {
        const password = randomBytes(12).toString('base64url');
        const isNew = await auth.seedUser({ ...demo, password });
        made.push({ email: demo.email, role: demo.role, password: isNew ? password : null });
      }
      return made;
    });
    return { result: { users: seeded }, text: describe(seeded) };
  },
});

/** At a domain that is reserved for examples (RFC 2606): no mail to them reaches anybody. */
const listDemoUsers = (count: number): { email: string; name: string; role: 'user' | 'admin' }[] => [
  { email: 'admin@example.com', name: 'Demo Admin', role: 'admin' },
  ...Array.from({ length: count }, (_, index) => {
    const name = NAMES[index] ?? `Demo User ${index + 1}`;
    const [first = ''] = name.toLowerCase().split(' ');
    return {
      email: index < NAMES.length ? `${first}@example.com` : `user-${index + 1}@example.com`,
      name,
      role: 'user' as const,
    };
  }),
];

const describe = (users: SeededUser[]): string => {
  const width = Math.max(...users.map(({ email }) => email.length));
  const lines = users.map(({ email, role, password }) =>
    `${email.padEnd(width)}  ${role.padEnd(5)}  ${password ?? '(exists already)'}`.trimEnd(),
  );
  const isShown = users.some(({ password }) => password !== null);
  return [...lines, '', isShown ? 'The passwords are shown this once.' : 'No account was made.'].join('\n');
};
