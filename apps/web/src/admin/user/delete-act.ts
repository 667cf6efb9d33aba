import type { AdminUser } from '@latchkey/contract';
import type { Act } from '../../confirmation/act.ts';

interface DeleteOptions {
  user: Pick<AdminUser, 'id' | 'email'>;
  remove: (input: { id: string }) => Promise<unknown>;
}

/** Deleting somebody's account. */
export const deleteAct = ({ user: { id, email }, remove }: DeleteOptions): Act => ({
  title: 'Delete this account?',
  consequence: `${email} is signed out on every device at once and cannot log in any more. Links that were mailed to them work no more. You can restore the account here until it is purged; then it is gone for good.`,
  label: 'Delete the account',
  perform: async () => {
    await remove({ id });
    return `The account of ${email} is deleted.`;
  },
});
