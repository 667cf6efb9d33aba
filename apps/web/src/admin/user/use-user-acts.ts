import { authApi } from '@latchkey/client/react';

/** What administrators do to an account; afterwards all that they see of accounts is read again. */
export const useUserActs = () => {
  const utils = authApi.useUtils();
  const onSettled = () => Promise.all([utils.admin.invalidate(), utils.auth.me.invalidate()]);
  const { users } = authApi.admin;
  return {
    update: users.update.useMutation({ onSettled }),
    ban: users.ban.useMutation({ onSettled }),
    unban: users.unban.useMutation({ onSettled }),
    remove: users.remove.useMutation({ onSettled }),
    restore: users.restore.useMutation({ onSettled }),
  };
};
