import type { AdminUser, AdminUserUpdateInput } from '@latchkey/contract';
import type { Act } from '../../confirmation/act.ts';

interface UpdateOptions {
  user: AdminUser;
  input: AdminUserUpdateInput;
  update: (input: AdminUserUpdateInput) => Promise<unknown>;
}

/** Whether somebody should think twice about a change. */
export const isGrave = ({ role, email }: AdminUserUpdateInput): boolean => role !== undefined || email !== undefined;

/** A change of role or address. */
export const updateAct = ({ user: { email: oldEmail }, input, update }: UpdateOptions): Act => ({
  title: titleFor(input),
  consequence: [roleConsequence(oldEmail, input), emailConsequence(oldEmail, input)]
    .filter((sentence) => sentence !== null)
    .join(' '),
  label: labelFor(input),
  perform: async () => {
    await update(input);
    return input.role === undefined
      ? `The new address is ${input.email?.trim().toLowerCase()}.`
      : `${oldEmail} ${input.role === 'admin' ? 'is an administrator now' : 'is an administrator no more'}, and was signed out.`;
  },
});

const titleFor = ({ role, email }: AdminUserUpdateInput): string => {
  if (role !== undefined && email !== undefined) return 'Change role and e-mail?';
  if (role === undefined) return 'Change the e-mail address?';
  return role === 'admin' ? 'Make them an administrator?' : 'Take the administrator role away?';
};

const labelFor = ({ role, email }: AdminUserUpdateInput): string => {
  if (role !== undefined && email !== undefined) return 'Change both';
  if (role === undefined) return 'Change the address';
  return role === 'admin' ? 'Make administrator' : 'Take the role away';
};

const roleConsequence = (who: string, { role }: AdminUserUpdateInput): string | null => {
  if (role === undefined) return null;
  const power =
    role === 'admin'
      ? `${who} will see all users and the audit log, and can end sessions, ban and delete, yours included.`
      : `${who} will be a user like any other, without a way into the administration.`;
  return `${power} All their sessions end at once; they log in again with their password.`;
};

const emailConsequence = (who: string, { email }: AdminUserUpdateInput): string | null =>
  email === undefined
    ? null
    : `From now on they log in as ${email.trim().toLowerCase()}, and links that were mailed to ${who} work no more. Both addresses get a mail about it.`;
