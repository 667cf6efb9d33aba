import type { AdminUser } from '@latchkey/contract';
import type { Act } from '../../confirmation/act.ts';

interface EndAllOptions {
  user: Pick<AdminUser, 'id' | 'email'>;
  isMe: boolean;
  revokeAll: (input: { id: string }) => Promise<{ revoked: number }>;
}

/** Ending all sessions of an account. */
export const endAllAct = ({ user: { id, email }, isMe, revokeAll }: EndAllOptions): Act => ({
  title: 'End all sessions?',
  consequence: isMe
    ? 'This is your own account: you are logged out on every device at once, this one included.'
    : `${email} is logged out on every device at once, and is told that an administrator did it. They can log in again with their password.`,
  label: 'End all sessions',
  perform: async () => {
    const { revoked } = await revokeAll({ id });
    return revoked === 1 ? `1 session of ${email} was ended.` : `${revoked} sessions of ${email} were ended.`;
  },
});
