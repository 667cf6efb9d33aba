import { use } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { IdentityContext } from './identity-context.ts';
import { loginPath } from './login-path.ts';
import { SessionContext } from './session-context.ts';

/** Sends whoever is not logged in to the login page, with the way back and the reason for the end. */
export const RequireSession = () => {
  const session = use(SessionContext);
  const location = useLocation();
  if (session.status === 'anonymous') {
    const { endReason } = session;
    // Who logs in after a logout may be somebody else, with no interest in where the one before was.
    const path = endReason === 'logged_out' ? '/login' : loginPath(location);
    return <Navigate replace to={path} state={{ endReason }} />;
  }
  return (
    <IdentityContext value={session}>
      <Outlet />
    </IdentityContext>
  );
};
