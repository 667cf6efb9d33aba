import { Outlet } from 'react-router';
import { NotAllowedPage } from '../errors/not-allowed-page.tsx';
import { useIdentity } from './use-identity.ts';

/** For administrators only. The service refuses everybody else as well; this is the polite version. */
export const RequireAdmin = () => (useIdentity().user.role === 'admin' ? <Outlet /> : <NotAllowedPage />);
