import { Navigate, Outlet, type RouteObject } from 'react-router';
import { AccountPage } from './account/account-page.tsx';
import { GoodbyePage } from './account/goodbye-page.tsx';
import { DevicesPage } from './devices/devices-page.tsx';
import { CrashPage } from './errors/crash-page.tsx';
import { NotFoundPage } from './errors/not-found-page.tsx';
import { AppLayout } from './layout/app-layout.tsx';
import { LoadingPage } from './layout/loading-page.tsx';
import { PlainLayout } from './layout/plain-layout.tsx';
import { LoginPage } from './login/login-page.tsx';
import { MailLinkBoundary } from './mail-link/mail-link-boundary.tsx';
import { ReauthenticationBoundary } from './reauthentication/reauthentication-boundary.tsx';
import { ForgotPasswordPage } from './recovery/forgot-password-page.tsx';
import { ResetPasswordPage } from './recovery/reset-password-page.tsx';
import { RegisterPage } from './register/register-page.tsx';
import { RequireAdmin } from './session/require-admin.tsx';
import { RequireCookies } from './session/require-cookies.tsx';
import { RequireGuest } from './session/require-guest.tsx';
import { RequireModule } from './session/require-module.tsx';
import { RequireSession } from './session/require-session.tsx';
import { SessionBoundary } from './session/session-boundary.tsx';
import { VerifyEmailPage } from './verification/verify-email-page.tsx';

const plain = (
  <PlainLayout>
    <Outlet />
  </PlainLayout>
);

const webhookPages: RouteObject[] = [
  { index: true, lazy: { Component: async () => (await import('./webhooks/webhooks-page.tsx')).WebhooksPage } },
  { path: ':id', lazy: { Component: async () => (await import('./webhooks/webhook-page.tsx')).WebhookPage } },
];

const partsOfAdmin: RouteObject[] = [
  { index: true, lazy: { Component: async () => (await import('./admin/users-page.tsx')).UsersPage } },
  { path: 'users/:id', lazy: { Component: async () => (await import('./admin/user/user-page.tsx')).UserPage } },
  { path: 'events', lazy: { Component: async () => (await import('./audit/events-page.tsx')).EventsPage } },
  { path: 'webhooks', element: <RequireModule name="webhooks" />, children: webhookPages },
];

const adminPages: RouteObject[] = [
  {
    lazy: { Component: async () => (await import('./admin/admin-layout.tsx')).AdminLayout },
    children: partsOfAdmin,
  },
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

const pagesForAll: RouteObject[] = [
  { path: '/forgot-password', element: <ForgotPasswordPage /> },
  { path: '/reset-password', element: <ResetPasswordPage /> },
  { path: '/verify-email', element: <VerifyEmailPage /> },
  { path: '/goodbye', element: <GoodbyePage /> },
  { path: '*', element: <NotFoundPage /> },
];

const membersOnly: RouteObject = {
  element: <RequireSession />,
  children: [
    { element: <ReauthenticationBoundary />, children: [{ element: <AppLayout />, children: pagesForMembers }] },
  ],
};

const guestsOnly: RouteObject = {
  element: <RequireGuest />,
  children: [{ element: plain, children: [{ element: <RequireCookies />, children: pagesForGuests }] }],
};

const withSession: RouteObject = {
  element: <SessionBoundary />,
  children: [
    { index: true, element: <Navigate replace to="/sessions" /> },
    membersOnly,
    guestsOnly,
    { element: plain, children: pagesForAll },
  ],
};

/** Every page, and who may see it. */
export const routes: RouteObject[] = [
  {
    element: <MailLinkBoundary />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <LoadingPage />,
    children: [withSession],
  },
];
