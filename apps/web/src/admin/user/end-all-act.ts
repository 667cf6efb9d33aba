import type { AdminUser } from '@latchkey/contract';
import type { Act } from '../../confirmation/act.ts';

interface EndAllOptions {
  user: Pick<AdminUser, 'id' | 'email'>;
  isMe: boolean;
  revokeAll: (input: { id: string }) => Promise<{ revoked: number }>;
}

/** Ending all sessions of an account. */
export const endAllAct = ({ user: { id, email }, isMe, revokeAll }: EndAllOptions): Act => ({
  title: `Sign out ${email} everywhere?`,
  consequence: isMe
    ? 'This is your own account: you are signed out on every device at once, this one included.'
    : `${email} is signed out on every device at once, and is told that an administrator did it. They can log in again with their password.`,
  label: 'Sign out everywhere',
  perform: async () => {
    const { revoked } = await revokeAll({ id });
    return `${email} is signed out of ${revoked === 1 ? '1 session' : `${revoked} sessions`}.`;
  },
});
