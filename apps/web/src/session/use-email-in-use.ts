import { use } from 'react';
import { SessionContext } from './session-context.ts';

/** The address of whoever is logged in; null for nobody. */
export const useEmailInUse = (): string | null => {
  const session = use(SessionContext);
  return session.status === 'authenticated' ? session.user.email : null;
};
