import { use } from 'react';
import { Navigate, Outlet, useSearchParams } from 'react-router';
import { safeNext } from './safe-next.ts';
import { SessionContext } from './session-context.ts';

/** Whoever is logged in has no business here and goes on to where they wanted to go. */
export const RequireGuest = () => {
  const session = use(SessionContext);
  const [params] = useSearchParams();
  if (session.status === 'authenticated') {
    return <Navigate replace to={safeNext(params.get('next'), window.location.origin)} />;
  }
  return <Outlet />;
};
