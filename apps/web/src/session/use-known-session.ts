import { type SessionState, useSession } from '@latchkey/client/react';
import { useState } from 'react';

/**
 * `useSession`, which also tells a logout. The cookie goes with it, so that the service cannot name a reason any
 * more; but a session that was here and is gone without one was logged out in this browser, maybe in another tab.
 * And whoever is not logged in stays so until the service says otherwise: somebody who comes back from their mails
 * finds what they were typing.
 */
export const useKnownSession = (): SessionState => {
  const session = useSession();
  const [wasLoggedIn, setWasLoggedIn] = useState(false);
  const [last, setLast] = useState(session);
  if (session.status === 'authenticated' && !wasLoggedIn) setWasLoggedIn(true);
  if (session.status !== 'loading' && !isSame(session, last)) setLast(session);
  const known = session.status === 'loading' && last.status === 'anonymous' ? last : session;
  const isLogout = wasLoggedIn && known.status === 'anonymous' && known.endReason === null;
  return isLogout ? { status: 'anonymous', endReason: 'logged_out' } : known;
};

const endReasonOf = (session: SessionState) => (session.status === 'anonymous' ? session.endReason : null);

const isSame = (one: SessionState, other: SessionState): boolean =>
  one.status === other.status && endReasonOf(one) === endReasonOf(other);
