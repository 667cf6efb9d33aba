import { Email } from '@latchkey/contract';
import { defineCommand } from './define-command.ts';
import { withAuth } from './with-auth.ts';

export const createAdmin = defineCommand({
  name: 'create-admin',
  description:
    'make a registered account an administrator; its sessions end. One that is an administrator already stays as it is',
  examples: ['create-admin you@example.com'],
  exitCodes: { 0: 'it is an administrator', 1: 'there is no such account, or it failed' },
  configure: (command) => command.argument('<email>', 'the address that the account was registered with'),
  run: async (_options, [email = '']) => {
    if (!Email.safeParse(email).success) throw new Error(`"${email}" is no e-mail address.`);
    const outcome = await withAuth(async ({ auth, database }) => {
      const promotion = await auth.promoteToAdmin(email);
      if (promotion !== null) return promotion;
      throw new Error(`There is no account with the address ${email} in ${database}. Register it in the app first.`);
    });
    const text =
      outcome === 'promoted'
        ? `${email} is an administrator now. Log in again to act as one.`
        : `${email} is an administrator already. Nothing was changed.`;
    return { result: { email, role: 'admin', changed: outcome === 'promoted' }, text };
  },
});
