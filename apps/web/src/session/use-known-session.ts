import { type SessionState, useSession } from '@latchkey/client/react';
import { useState } from 'react';

/**
 * `useSession`, which also tells a logout. The cookie goes with it, so that the service cannot name a reason any
 * more; but a session that was here and is gone without one was logged out in this browser, maybe in another tab.
 */
export const useKnownSession = (): SessionState => {
  const session = useSession();
  const [wasLoggedIn, setWasLoggedIn] = useState(false);
  if (session.status === 'authenticated' && !wasLoggedIn) setWasLoggedIn(true);
  const isLogout = wasLoggedIn && session.status === 'anonymous' && session.endReason === null;
  return isLogout ? { status: 'anonymous', endReason: 'logged_out' } : session;
};
