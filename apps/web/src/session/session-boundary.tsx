import { authApi } from '@latchkey/client/react';
import { Outlet } from 'react-router';
import { FailedPage } from '../errors/failed-page.tsx';
import { LoadingPage } from '../layout/loading-page.tsx';
import { SessionContext } from './session-context.ts';
import { useAuthConfig } from './use-auth-config.ts';
import { useKnownSession } from './use-known-session.ts';

/**
 * Finds out once, for all pages, who is logged in; what is below it is shown only when that is known.
 */
export const SessionBoundary = () => {
  const session = useKnownSession();
  const utils = authApi.useUtils();
  // Travels with the question above, for the pages that depend on it.
  useAuthConfig();
  if (session.status === 'loading') return <LoadingPage />;
  if (session.status === 'failed') {
    return <FailedPage error={session.error} onRetry={() => utils.auth.me.invalidate()} />;
  }
  return (
    <SessionContext value={session}>
      <Outlet />
    </SessionContext>
  );
};
