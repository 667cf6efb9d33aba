import { defineCommand } from './define-command.ts';
import { withAuth } from './with-auth.ts';

export const createAdmin = defineCommand({
  name: 'create-admin',
  description: 'make a registered account an administrator; its sessions end',
  examples: ['create-admin you@example.com'],
  exitCodes: { 0: 'it is an administrator', 1: 'there is no such account, or it failed' },
  configure: (command) => command.argument('<email>', 'the address that the account was registered with'),
  run: async (_options, [email = '']) => {
    await withAuth(async ({ auth, database }) => {
      if (await auth.promoteToAdmin(email)) return;
      throw new Error(`There is no account with the address ${email} in ${database}. Register it in the app first.`);
    });
    const text = `${email} is an administrator now. Log in again to act as one.`;
    return { result: { email, role: 'admin' }, text };
  },
});
