import type { ChangePasswordInput, ResetPasswordInput, VerifyEmailInput } from '@latchkey/contract';
import { whileCookieChanges } from './cookie-change.ts';
import { useStartOver } from './hooks.ts';
import { authApi } from './trpc.ts';
import { useAuthMutation } from './use-auth-mutation.ts';

/** Replaces my password; all other sessions end, and this one goes on. */
export const useChangePassword = () => {
  const utils = authApi.useUtils();
  return useAuthMutation({
    mutationFn: (input: ChangePasswordInput) =>
      whileCookieChanges(() => utils.client.auth.changePassword.mutate(input)),
    onSuccess: () => utils.sessions.list.invalidate(),
  });
};

/** Confirms my password, after which the session counts as recent for a while. */
export const useReauthenticate = () => {
  const { client } = authApi.useUtils();
  return useAuthMutation({
    mutationFn: (input: { password: string }) => whileCookieChanges(() => client.auth.reauthenticate.mutate(input)),
  });
};

/** Sets a password with the token or the code of a mail, which ends all sessions of its account. */
export const useResetPassword = () => {
  const { client } = authApi.useUtils();
  return useAuthMutation({
    mutationFn: (input: ResetPasswordInput) => client.auth.resetPassword.mutate(input),
    onSuccess: useLookAtMyself(),
  });
};

/** Takes the token or the code of a mail: the address is verified, or a new one is the address of the account. */
export const useVerifyEmail = () => {
  const { client } = authApi.useUtils();
  return useAuthMutation({
    mutationFn: (input: VerifyEmailInput) => client.auth.verifyEmail.mutate(input),
    onSuccess: useLookAtMyself(),
  });
};

/** Deletes my account, and forgets all that was read for it; `onDeleted` comes first, to leave the pages that need it. */
export const useDeleteAccount = ({ onDeleted }: { onDeleted?: () => unknown } = {}) => {
  const { client } = authApi.useUtils();
  const startOver = useStartOver();
  return useAuthMutation({
    mutationFn: () => whileCookieChanges(() => client.users.deleteMe.mutate()),
    onSuccess: async () => {
      await onDeleted?.();
      await startOver();
    },
  });
};

/** The account that changed may be the one that is logged in here. */
const useLookAtMyself = () => {
  const utils = authApi.useUtils();
  return async () => {
    if (utils.auth.me.getData() !== undefined) await utils.auth.me.invalidate();
  };
};
