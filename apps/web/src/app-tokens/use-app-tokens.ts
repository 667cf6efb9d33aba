import { authApi } from '@latchkey/client/react';
import { useConfirmation } from '../confirmation/use-confirmation.ts';
import { revokeAppTokenAct } from './revoke-app-token-act.ts';

/** More than anybody can have. */
const ALL = 100;

/** My app tokens, and the question to ask before one of them is revoked. */
export const useAppTokens = () => {
  const utils = authApi.useUtils();
  const revoke = authApi.appTokens.revoke.useMutation({ onSettled: () => utils.appTokens.list.invalidate() });
  const { ask, dialog } = useConfirmation();
  return {
    list: authApi.appTokens.list.useQuery({ limit: ALL }),
    dialog,
    askToRevoke: (token: Parameters<typeof revokeAppTokenAct>[0]) => ask(revokeAppTokenAct(token, revoke.mutateAsync)),
  };
};
