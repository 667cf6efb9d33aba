import { Navigate, Outlet, type RouteObject } from 'react-router';
import { AccountPage } from './account/account-page.tsx';
import { DevicesPage } from './devices/devices-page.tsx';
import { CrashPage } from './errors/crash-page.tsx';
import { NotFoundPage } from './errors/not-found-page.tsx';
import { AppLayout } from './layout/app-layout.tsx';
import { LoadingPage } from './layout/loading-page.tsx';
import { PlainLayout } from './layout/plain-layout.tsx';
import { LoginPage } from './login/login-page.tsx';
import { RegisterPage } from './register/register-page.tsx';
import { RequireAdmin } from './session/require-admin.tsx';
import { RequireGuest } from './session/require-guest.tsx';
import { RequireSession } from './session/require-session.tsx';
import { SessionBoundary } from './session/session-boundary.tsx';

const plain = (
  <PlainLayout>
    <Outlet />
  </PlainLayout>
);

const adminPages: RouteObject[] = [
  { index: true, lazy: { Component: async () => (await import('./admin/users-page.tsx')).UsersPage } },
  { path: 'users/:id', lazy: { Component: async () => (await import('./admin/user-page.tsx')).UserPage } },
];

const pagesForMembers: RouteObject[] = [
  { path: '/sessions', element: <DevicesPage /> },
  { path: '/account', element: <AccountPage /> },
  { path: '/admin', element: <RequireAdmin />, children: adminPages },
];

const pagesForGuests: RouteObject[] = [
  { path: '/login', element: <LoginPage /> },
  { path: '/register', element: <RegisterPage /> },
];

/** Every page, and who may see it. */
export const routes: RouteObject[] = [
  {
    element: <SessionBoundary />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <LoadingPage />,
    children: [
      { index: true, element: <Navigate replace to="/sessions" /> },
      { element: <RequireSession />, children: [{ element: <AppLayout />, children: pagesForMembers }] },
      { element: <RequireGuest />, children: [{ element: plain, children: pagesForGuests }] },
      { element: plain, children: [{ path: '*', element: <NotFoundPage /> }] },
    ],
  },
];
