import { Outlet } from 'react-router';
import { TokensOnlyPage } from '../login/tokens-only-page.tsx';
import { useAuthConfig } from './use-auth-config.ts';

/** For pages that begin a session in this browser: where there are no session cookies, they could only pretend. */
export const RequireCookies = () => (useAuthConfig()?.sessionCookies === false ? <TokensOnlyPage /> : <Outlet />);
