import { useSessions } from '@latchkey/client/react';
import type { Session } from '@latchkey/contract';
import { useConfirmation } from '../confirmation/use-confirmation.ts';
import { useIdentity } from '../session/use-identity.ts';
import { endOthersAct } from './end-others-act.ts';
import { endSessionAct } from './end-session-act.ts';

/** My sessions, the current one first, and the questions to ask before ending some of them. */
export const useMyDevices = () => {
  const { list, sessions, revoke, revokeOthers } = useSessions();
  const { session: mine } = useIdentity();
  const { ask, dialog } = useConfirmation();
  // The newest come first, so that an old session of one's own may be on a page that is not here yet.
  const current = sessions.find((session) => session.current) ?? mine;
  const others = sessions.filter((session) => !session.current);
  return {
    list,
    dialog,
    devices: [current, ...others],
    hasOthers: others.length > 0,
    askToEnd: (session: Session) =>
      ask(endSessionAct({ session, revoke: revoke.mutateAsync, consequence: consequenceFor(session) })),
    askToEndOthers: () =>
      ask(endOthersAct({ count: others.length, hasMore: list.hasNextPage, revokeOthers: revokeOthers.mutateAsync })),
  };
};

const consequenceFor = ({ device, ipAddress }: Session): string => {
  const whereabouts = ipAddress === null ? '' : ` (${ipAddress})`;
  return `${device.label}${whereabouts} is signed out of your account at once. To come back, somebody there has to log in with your password.`;
};
